import { paths } from '#lib/paths.ts';
import { expect, test } from './fixtures.ts';

test('a question opens at once, even while nothing answers, keeps the focus and gives it back', async ({
  page,
  api,
  context,
}) => {
  const { id } = await api.run('core.sleep', { seconds: 300 });
  await page.goto(paths.execution(id));
  const cancel = page.getByRole('button', { name: 'Cancel', exact: true });
  const question = page.getByRole('alertdialog', { name: `Cancel run ${id}?` });
  // Whoever pressed it before the page listened has pressed nothing.
  await expect(async () => {
    await cancel.click();
    await expect(question).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.keyboard.press('Escape');
  await expect(cancel).toBeFocused();

  await context.setOffline(true);
  await page.keyboard.press('c');
  await expect(question.getByRole('button', { name: 'Keep it' })).toBeFocused();
  for (let times = 0; times < 6; times++) {
    await page.keyboard.press('Tab');
    // Past its end the focus is with the browser, which is the body, and then at its beginning again.
    const isKept = await question.evaluate(
      (element) =>
        document.activeElement === document.body || element.contains(document.activeElement),
    );
    expect(isKept).toBe(true);
  }
  await question.getByRole('button', { name: 'Cancel run' }).click();
  await expect(question.getByRole('alert')).toBeVisible();
  await question.getByRole('button', { name: 'Keep it' }).click();
  await expect(question).toBeHidden();

  await context.setOffline(false);
  await api.post(`/api/v1/executions/${id}/cancel`, {});
});

test('a press beside a sheet closes it, one beside a question does not', async ({ page, api }) => {
  const { id } = await api.run('core.sleep', { seconds: 300 });
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(paths.execution(id));
  const menu = page.getByRole('dialog', { name: 'Attune' });
  await expect(async () => {
    await page.getByRole('button', { name: 'Menu' }).click();
    await expect(menu).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.mouse.click(380, 700);
  await expect(menu).toBeHidden();

  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  const question = page.getByRole('alertdialog', { name: `Cancel run ${id}?` });
  await expect(question).toBeVisible();
  await page.mouse.click(380, 700);
  await question.getByRole('button', { name: 'Cancel run' }).click();
  expect((await api.untilEnded(id)).status).toBe('cancelled');
});
