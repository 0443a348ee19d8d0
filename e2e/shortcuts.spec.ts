import { SHORTCUTS, type Shortcut } from '#lib/shortcuts.ts';
import { paths } from '#lib/paths.ts';
import { expect, test } from './fixtures.ts';

const ALL: readonly Shortcut[] = Object.values(SHORTCUTS);

test('? shows every key that there is, and each that goes to a page goes there', async ({
  page,
}) => {
  await page.goto(paths.keys());
  const sheet = page.getByRole('dialog', { name: 'Shortcuts' });
  // A key before the page listens is a key that nobody pressed.
  await expect(async () => {
    await page.keyboard.press('?');
    await expect(sheet).toBeVisible({ timeout: 1_000 });
  }).toPass();
  for (const { does } of ALL) await expect(sheet.getByText(does, { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();

  for (const { keys, href } of ALL) {
    if (href === undefined) continue;
    for (const key of keys.split(' ')) await page.keyboard.press(key);
    await expect(page).toHaveURL(href);
  }
});

test('the keys of a run open its tabs; c asks before it cancels, and the question can be left', async ({
  page,
  api,
}) => {
  const { id } = await api.run('core.sleep', { seconds: 120 });
  await page.goto(paths.execution(id));
  const current = page
    .getByRole('navigation', { name: 'Run' })
    .locator('[aria-current=page], [aria-current=true]');
  for (const [key, tab] of Object.entries({
    t: 'Token',
    i: 'Input',
    x: 'Context',
    l: 'Output',
  }))
    await expect(async () => {
      await page.keyboard.press(key);
      await expect(current).toContainText(tab, { timeout: 1_000 });
    }).toPass();

  await page.keyboard.press('c');
  const question = page.getByRole('alertdialog', { name: `Cancel run ${id}?` });
  await expect(question).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  expect((await api.get(`/api/v1/executions/${id}`)).data.status).toBe('running');
  await api.post(`/api/v1/executions/${id}/cancel`);
});
