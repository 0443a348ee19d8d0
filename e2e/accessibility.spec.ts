import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { RUN_TABS } from '#components/executions/run-tabs.ts';
import { paths } from '#lib/paths.ts';
import { expect, test } from './fixtures.ts';
import { PAGES } from './pages.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    for (const [name, path] of Object.entries(PAGES)) {
      test(`the page ${name} has one heading that says what is so, and no axe violation`, async ({
        page,
      }) => {
        await page.goto(path());
        await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
        expect(await violationsOf(page)).toEqual([]);
      });
    }

    test('an operation of the API reference, opened and tried, has no axe violation', async ({
      page,
    }) => {
      await page.goto(paths.api());
      await page.getByRole('link', { name: 'GET /api/v1/workers', exact: true }).click();
      await page.getByRole('button', { name: 'Try it out' }).click();
      await page.getByRole('button', { name: 'Execute' }).click();
      await expect(page.getByText('Response headers')).toBeVisible();
      // The frame around it is looked at with every other page.
      expect(await violationsOf(page, 'main')).toEqual([]);
    });

    test('every tab of a run has no axe violation', async ({ page, api }) => {
      test.setTimeout(120_000);
      // More than one line: what stands below another must be told from it by a finger too.
      const run = await api.runToEnd('probe.connect', { host: 'idle-2' });
      for (const tab of RUN_TABS) {
        await page.goto(`${paths.execution(run.id)}?tab=${tab}`);
        await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
        await expect(
          page.getByRole('navigation', { name: 'Run' }).locator('[aria-current=page]'),
        ).toHaveAttribute('href', new RegExp(tab === 'output' ? '/\\d+$' : `tab=${tab}$`));
        expect(await violationsOf(page), tab).toEqual([]);
      }
    });
  });
}

for (const [width, height] of [
  [360, 800],
  [3840, 1080],
] as const) {
  test(`at ${width} px nothing is wider than the screen`, async ({ page, api }) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width, height });
    // Two that succeeded: what the second is compared with is the first.
    await api.runToEnd('core.echo', { message: 'first' });
    const { id } = await api.runToEnd('core.echo', { message: 'second' });
    const tabs = RUN_TABS.map((tab) => [tab, () => `${paths.execution(id)}?tab=${tab}`] as const);
    for (const [name, path] of [...Object.entries(PAGES), ...tabs]) {
      await page.goto(path());
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      const shown = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(shown, name).toBeLessThanOrEqual(width);
    }
  });
}

test('every link of the navigation leads to a page that is there', async ({ page }) => {
  await page.goto(paths.home());
  const links = await page.getByRole('navigation', { name: 'Main' }).getByRole('link').all();
  const targets = await Promise.all(links.map((link) => link.getAttribute('href')));
  expect(targets.length).toBeGreaterThan(8);
  for (const target of targets) {
    const response = await page.goto(target ?? '');
    expect(response?.status(), target ?? '').toBe(200);
  }
});

async function violationsOf(page: Page, part = 'body'): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .include(part)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
  );
}
