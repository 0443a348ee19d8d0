import { paths } from '#lib/paths.ts';
import { expect, test, unique } from './fixtures.ts';

test('"See all" of a rule and of a trigger opens the list of what belongs to it, and of nothing else', async ({
  page,
  api,
}) => {
  const [mine, other] = [unique('mine'), unique('other')];
  for (const [name, trigger_ref] of [
    [mine, 'probe.thing_happened'],
    [other, 'core.webhook'],
  ] as const)
    await api.post('/api/v1/rules', {
      ref: `default.${name}`,
      pack_ref: 'default',
      label: name,
      trigger_ref,
      action_ref: 'core.echo',
      action_params: { message: name },
    });
  await api.post('/api/v1/events', { trigger_ref: 'core.webhook', payload: {} });
  await api.post('/api/v1/events', {
    trigger_ref: 'probe.thing_happened',
    payload: { name: 'one', size: 1 },
  });

  await page.goto(paths.rule(`default.${mine}`));
  await page
    .getByRole('region', { name: 'Enforcements' })
    .getByRole('link', { name: 'See all' })
    .click();
  await expect(page.getByRole('textbox', { name: 'Rule' })).toHaveValue(`default.${mine}`);
  const table = page.getByRole('table');
  await expect(table.getByRole('row')).toHaveCount(2);
  await expect(table).toContainText(mine);
  await expect(table).not.toContainText(other);

  await page.goto(paths.trigger('probe.thing_happened'));
  await page.getByRole('region', { name: 'Events' }).getByRole('link', { name: 'See all' }).click();
  await expect(page.getByRole('textbox', { name: 'Trigger' })).toHaveValue('probe.thing_happened');
  await expect(table).toContainText('thing_happened');
  await expect(table).not.toContainText('core.webhook');
  for (const name of [mine, other]) await api.delete(`/api/v1/rules/default.${name}`);
});

test('matches without a run are listed alone, say so in words, and the filter is taken away again', async ({
  page,
  api,
}) => {
  const name = unique('misfit');
  await api.post('/api/v1/rules', {
    ref: `default.${name}`,
    pack_ref: 'default',
    label: name,
    trigger_ref: 'probe.thing_happened',
    action_ref: 'core.sleep',
    action_params: { seconds: '{{ event.payload.name }}' },
  });
  await api.post('/api/v1/events', {
    trigger_ref: 'probe.thing_happened',
    payload: { name: 'no number', size: 1 },
  });

  await page.goto(paths.enforcements({ status: 'disabled', rule_ref: `default.${name}` }));
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('combobox', { name: 'Run' })).toHaveValue('disabled');
  await page.getByRole('combobox', { name: 'Run' }).selectOption({ label: 'was made' });
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect(page).toHaveURL(/status=processed/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    'No enforcement fits these filters.',
  );
  await page.getByRole('link', { name: 'Clear', exact: true }).click();
  await expect(page).toHaveURL(/enforcements$/);
  await api.delete(`/api/v1/rules/default.${name}`);
});
