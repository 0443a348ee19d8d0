import { paths } from '#lib/paths.ts';
import { expect, test, unique } from './fixtures.ts';
import { keys, mouse } from './hands.ts';

for (const [by, handOf] of Object.entries({ mouse, 'keyboard alone': keys })) {
  test(`by ${by}: a key is seen by whoever says why, hidden again, and tells who uses it and who was told it`, async ({
    page,
    api,
  }) => {
    const hand = handOf(page);
    const [local, value, reason] = [unique('key'), unique('value'), unique('the vendor asks')];
    const ref = `pack.probe.${local}`;
    const rule = `probe.${unique('user')}`;
    await api.post('/api/v1/keys', {
      owner_type: 'pack',
      owner_pack_ref: 'probe',
      local_ref: local,
      name: 'Of the vendor',
      value,
    });
    await api.post('/api/v1/rules', {
      ref: rule,
      pack_ref: 'probe',
      label: rule,
      trigger_ref: 'probe.thing_happened',
      action_ref: 'core.echo',
      action_params: { message: `{{ key.${ref} }}` },
    });

    await page.goto(paths.keys());
    const row = page.getByRole('row', { name: new RegExp(local) });
    await expect(row.getByRole('link', { name: rule })).toBeVisible();
    await expect(page.locator('body')).not.toContainText(value);

    await hand.press(row.getByRole('button', { name: `Reveal ${ref}…` }));
    const dialog = page.getByRole('alertdialog', { name: `Reveal ${ref}?` });
    await hand.press(dialog.getByRole('button', { name: 'Reveal value' }));
    await expect(dialog).toBeVisible(); // not without a reason
    await hand.fill(dialog.getByLabel('Why you need it'), reason);
    await hand.press(dialog.getByRole('button', { name: 'Reveal value' }));
    await expect(row.getByLabel(`The value of ${ref}`)).toHaveText(value);
    await hand.press(row.getByRole('button', { name: `Hide ${ref}` }));
    await expect(page.locator('body')).not.toContainText(value);

    await hand.press(row.getByRole('link', { name: `Who was told ${ref}` }));
    const act = page.getByRole('row', { name: /admin read the value of/ }).first();
    await hand.press(act.getByRole('link').first());
    await expect(page.getByText(reason)).toBeVisible();
    await api.delete(`/api/v1/rules/${rule}`);
    await api.delete(`/api/v1/keys/${ref}`);
  });
}

test('a value that was left open hides by itself, after a minute or when nobody looks any more', async ({
  page,
  api,
}) => {
  const [local, value] = [unique('key'), unique('value')];
  const ref = `system.${local}`;
  await api.post('/api/v1/keys', { owner_type: 'system', local_ref: local, name: local, value });
  await page.clock.install();
  await page.goto(paths.keys());
  const shown = page.getByLabel(`The value of ${ref}`).first();
  const reveal = async () => {
    await page
      .getByRole('button', { name: `Reveal ${ref}…` })
      .first()
      .click();
    await page.getByLabel('Why you need it').fill('to see it go');
    await page.getByRole('button', { name: 'Reveal value' }).click();
    await expect(shown).toHaveText(value);
  };
  await reveal();
  await page.clock.fastForward(59_000);
  await expect(shown).toBeVisible();
  await page.clock.fastForward(2_000);
  await expect(shown).toHaveCount(0);

  await reveal();
  await page.evaluate(() => dispatchEvent(new Event('pagehide')));
  await expect(shown).toHaveCount(0);
  await api.delete(`/api/v1/keys/${ref}`);
});
