import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { paths } from '#lib/paths.ts';
import { expect, test, unique } from './fixtures.ts';

const palette = (page: Page) => page.getByRole('dialog', { name: 'Search or run a command' });

async function openPalette(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: /Search or run a command|Search/ })).toBeVisible();
  // A key before the page listens is a key that nobody pressed.
  await expect(async () => {
    await page.keyboard.press('Control+k');
    await expect(palette(page)).toBeVisible({ timeout: 1_000 });
  }).toPass();
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the palette finds pages, actions and runs by keys alone, without an axe violation in the ${colorScheme} theme`, async ({
    page,
    api,
  }) => {
    const run = await api.runToEnd('core.echo', { message: unique('palette') });
    await page.emulateMedia({ colorScheme });
    await page.goto(paths.packs());
    await openPalette(page);
    expect(await violationsOf(page)).toEqual([]);

    await page.keyboard.type('sleep');
    await expect(palette(page).getByRole('option', { name: /Action core\.sleep/ })).toHaveAttribute(
      'aria-selected',
      'true',
    );
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(paths.action('core.sleep'));

    await openPalette(page);
    await page.keyboard.type(String(run.id));
    await expect(
      palette(page).getByRole('option', { name: new RegExp(`Run ${run.id}`) }),
    ).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(paths.execution(run.id));

    await openPalette(page);
    await page.keyboard.type('workers');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(paths.workers());
  });
}

test('the palette cancels the run that one looks at, and asks first', async ({ page, api }) => {
  const { id } = await api.run('core.sleep', { seconds: 300 });
  await page.goto(paths.execution(id));
  await openPalette(page);
  await page.keyboard.type('cancel');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alertdialog', { name: `Cancel run ${id}?` })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel run' }).click();
  expect((await api.untilEnded(id)).status).toBe('cancelled');
});

test('what is typed before the palette has come stands in it, and does nothing to the run', async ({
  page,
  api,
}) => {
  const { id } = await api.run('core.sleep', { seconds: 300 });
  await page.goto(paths.execution(id));
  // The page listens, and has not read the palette yet.
  await expect(async () => {
    await page.keyboard.press('t');
    await expect(page).toHaveURL(/tab=token/, { timeout: 1_000 });
  }).toPass();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('cancexl');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('l');
  await expect(palette(page).getByRole('combobox')).toHaveValue('cancel');
  await expect(palette(page).getByRole('option', { name: /Cancel/ })).toBeVisible();
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await api.post(`/api/v1/executions/${id}/cancel`);
  await api.untilEnded(id);
});

test('keys open the tabs of a run, and none of them does anything while one types', async ({
  page,
  api,
}) => {
  const run = await api.runToEnd('core.echo', { message: 'keys' });
  await page.goto(paths.execution(run.id));
  const tab = (name: string) =>
    page.getByRole('navigation', { name: 'Run' }).getByRole('link', { name, exact: false });
  await expect(async () => {
    await page.keyboard.press('x');
    await expect(tab('Context')).toHaveAttribute('aria-current', 'page', { timeout: 1_000 });
  }).toPass();
  await page.keyboard.press('d');
  await expect(tab('Compare')).toHaveAttribute('aria-current', 'page');
  await page.keyboard.press('l');
  await expect(tab('Output')).toHaveAttribute('aria-current', 'page');

  await page.keyboard.press('/');
  await page.keyboard.type('rxt?');
  await expect(page.getByRole('searchbox').first()).toHaveValue('rxt?');
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await page.keyboard.press('Tab');
  await expect(tab('Output')).toHaveAttribute('aria-current', 'page');

  await page.getByRole('main').click({ position: { x: 4, y: 4 } });
  await page.keyboard.press('r');
  await expect(page.getByRole('alertdialog', { name: 'Run core.echo again?' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await expect(page).toHaveURL(paths.actions());
});

test('j and k go through the rows of a table, and Enter opens the one with the focus', async ({
  page,
}) => {
  await page.goto(paths.actions());
  const links = page
    .getByRole('table')
    .getByRole('row')
    .getByRole('link', { name: /core\./ });
  await expect(async () => {
    await page.keyboard.press('j');
    await expect(links.first()).toBeFocused({ timeout: 1_000 });
  }).toPass();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await expect(links.nth(1)).toBeFocused();
  const target = await links.nth(1).getAttribute('href');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(target ?? '');
});

async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
}
