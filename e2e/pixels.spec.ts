import { paths } from '#lib/paths.ts';
import { expect, test } from './fixtures.ts';
import { FROZEN_AT } from './frozen/instant.ts';
import { type FrozenProduct, startFrozenProduct } from './frozen/product.ts';
import { logIn } from './log-in.ts';

/**
 * What may look different only on purpose. After a change that is wanted: look at the pictures that
 * `npx playwright test e2e/pixels.spec.ts --update-snapshots=all` makes, and commit them.
 */
test.use({
  storageState: { cookies: [], origins: [] },
  timezoneId: 'Europe/Berlin',
  locale: 'en-GB',
});

const WIDTHS = { wide: { width: 1280, height: 900 }, narrow: { width: 360, height: 800 } };
/** Letters are drawn a little differently by the next Chromium; a row or a colour that is another one is more than this. */
const TOLERANCE = { maxDiffPixelRatio: 0.001, animations: 'disabled', fullPage: true } as const;

let product: FrozenProduct;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  product = await startFrozenProduct();
});
test.afterAll(() => product?.stop());

const PICTURES: Readonly<Record<string, () => string>> = {
  home: () => paths.home(),
  context: () => `${paths.execution(product.runs.failed)}?tab=context`,
  'token-misused': () => `${paths.execution(product.runs.failed)}?tab=token`,
  'token-active': () => `${paths.execution(product.runs.running)}?tab=token`,
};

for (const colorScheme of ['light', 'dark'] as const)
  test(`Home and the panels of context and token look as they did, ${colorScheme}`, async ({
    browser,
  }) => {
    test.setTimeout(90_000);
    const context = await browser.newContext({ colorScheme, reducedMotion: 'reduce' });
    const page = await context.newPage();
    await page.clock.setFixedTime(FROZEN_AT);
    await logIn(page, product.url);
    for (const [width, viewport] of Object.entries(WIDTHS)) {
      await page.setViewportSize(viewport);
      for (const [name, path] of Object.entries(PICTURES)) {
        await page.goto(product.url + path());
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await page.evaluate(() => document.fonts.ready);
        await expect.soft(page).toHaveScreenshot(`${name}-${width}-${colorScheme}.png`, TOLERANCE);
      }
    }
    await context.close();
  });
