import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright/test';
import { paths } from '#lib/paths.ts';
import { expect, test } from './fixtures.ts';
import { PAGES } from './pages.ts';
import { sharedProduct } from './shared-product.ts';

/** As a proxy in front sends it: the product leaves that to the proxy. */
const SCRIPT_KILOBYTES_MAX = 200;
const SHIFT_MAX = 0.1;

test('the first load of a page is at most 200 kB of JavaScript, and nothing on it jumps', async ({
  browser,
  api,
}) => {
  test.setTimeout(120_000);
  const run = await api.runToEnd('core.echo', { message: 'hello' });
  const measured: Record<string, { kilobytes: number; shift: number }> = {};
  for (const [name, path] of [
    ...Object.entries(PAGES),
    ['run', () => paths.execution(run.id)] as const,
  ]) {
    // Each with an empty cache.
    const { url: baseURL, sessionFile: storageState } = sharedProduct();
    const context = await browser.newContext({ baseURL, storageState });
    const page = await context.newPage();
    const scripts = weigh(page);
    await noteShifts(page);
    await page.goto(path(), { waitUntil: 'load' });
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    const bytes = await scripts();
    expect(bytes, name).toBeGreaterThan(50_000);
    measured[name] = { kilobytes: Math.round(bytes / 1_000), shift: await shifted(page) };
    await context.close();
  }
  test.info().annotations.push({ type: 'measured', description: JSON.stringify(measured) });

  const over = Object.entries(measured).filter(
    ([, { kilobytes, shift }]) => kilobytes > SCRIPT_KILOBYTES_MAX || shift >= SHIFT_MAX,
  );
  expect(Object.fromEntries(over)).toEqual({});
});

/** What all scripts of the page weigh, compressed. */
function weigh(page: Page): () => Promise<number> {
  const sizes: Promise<number>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script')
      sizes.push(response.body().then((body) => gzipSync(body).length));
  });
  return async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

declare global {
  interface Window {
    shifted: number;
  }
}

const noteShifts = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    window.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      })[])
        if (!entry.hadRecentInput) window.shifted += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });

/** How much jumped, until what comes with the first second of live data has come. */
const shifted = async (page: Page): Promise<number> => {
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 700))),
  );
  return page.evaluate(() => Math.round(window.shifted * 1_000) / 1_000);
};
