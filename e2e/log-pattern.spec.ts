import { paths } from '#lib/paths.ts';
import { expect, test } from './fixtures.ts';

test('a pattern that would take for ever is stopped, says so, and keeps nobody waiting meanwhile', async ({
  page,
  api,
}) => {
  const run = await api.runToEnd('core.echo', { message: `${'a'.repeat(60)}!` });
  await page.goto(paths.execution(run.id));
  const log = page.getByRole('log', { name: 'Output' });
  await expect(log).toContainText('aaaa');
  const search = page.getByRole('searchbox', { name: 'Search in the output' });
  const said = (text: string | RegExp) => page.getByRole('status').filter({ hasText: text });
  await page.getByRole('button', { name: 'Regex' }).click();

  await search.fill('a+!');
  await expect(said('1 of 1')).toBeVisible();
  await expect(log.locator('mark')).toHaveText(`${'a'.repeat(60)}!`);

  await page.evaluate(() => {
    window.longestTaskMs = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries())
        window.longestTaskMs = Math.max(window.longestTaskMs, duration);
    }).observe({ type: 'longtask' });
  });
  await search.fill('(a+)+$');
  await expect(said('This pattern takes too long here')).toBeVisible();
  expect(await page.evaluate(() => window.longestTaskMs)).toBeLessThan(500);

  // The next one is searched as if nothing had been.
  await search.fill('a!');
  await expect(said('1 of 1')).toBeVisible();
  await search.fill('(a');
  await expect(said('no regular expression yet')).toBeVisible();
});

declare global {
  interface Window {
    longestTaskMs: number;
  }
}
