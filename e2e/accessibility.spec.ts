import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { paths } from '#lib/paths.ts';
import { expect, test } from './fixtures.ts';

const PAGES: Readonly<Record<string, () => string>> = {
  home: paths.home,
  executions: paths.executions,
  events: paths.events,
  enforcements: paths.enforcements,
  rules: paths.rules,
  'new rule': paths.newRule,
  triggers: paths.triggers,
  trigger: () => paths.trigger('core.intervaltimer'),
  sensors: paths.sensors,
  sensor: () => paths.sensor('core.timer_sensor'),
  actions: paths.actions,
  action: () => paths.action('core.http_request'),
  packs: paths.packs,
  pack: () => paths.pack('core'),
  workers: paths.workers,
  keys: paths.keys,
  tokens: paths.tokens,
  settings: paths.settings,
  audit: paths.audit,
};

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

    test('every tab of a run has no axe violation', async ({ page, api }) => {
      const run = await api.runToEnd('core.echo', { message: 'hello' });
      for (const tab of ['output', 'timeline', 'io', 'context', 'token', 'children']) {
        await page.goto(`${paths.execution(run.id)}?tab=${tab}`);
        await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
        expect(await violationsOf(page), tab).toEqual([]);
      }
    });
  });
}

test('at 360 px nothing is wider than the screen', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 800 });
  for (const [name, path] of Object.entries(PAGES)) {
    await page.goto(path());
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, name).toBeLessThanOrEqual(360);
  }
});

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

async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
  );
}
