import { paths } from '#lib/paths.ts';
import { expect, test, unique } from './fixtures.ts';
import { PASSWORD } from './product.ts';

test.describe('a stranger', () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test('is sent to the login, told when the password is wrong, and let in where they wanted to go', async ({
    page,
  }) => {
    await page.goto(`${paths.executions()}?status=failed`);
    await page.getByLabel('Login').fill('admin');
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Log in' }).click();
    await expect(page.getByText('Login and password do not fit.')).toBeVisible();

    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await expect(page).toHaveURL(/\/executions\?status=failed$/);
  });
});

test('a rule is made with pickers, forms, a condition and a template; its runs appear live; switched off, it stops', async ({
  page,
  api,
}) => {
  const label = unique('From the page');
  await page.goto(paths.newRule());
  await page.getByRole('combobox', { name: 'Trigger' }).fill('thing_happened');
  await page.getByRole('option', { name: /probe\.thing_happened/ }).click();
  await page.getByRole('button', { name: 'Add condition' }).click();
  await page.getByLabel('Field of the payload').fill('size');
  await page.getByLabel(/^Operator for/).selectOption('gt');
  await page.getByLabel(/^Value for/).fill('10');
  await page.getByRole('combobox', { name: 'Action' }).fill('core.echo');
  await page.getByRole('option', { name: /core\.echo/ }).click();
  await page.getByLabel('message').fill('size is {{ event.payload.size }}');
  await page.getByRole('textbox', { name: /^label/ }).fill(label);
  await page.getByRole('button', { name: /^Create rule/ }).click();
  await page.waitForURL(/\/rules\/(?!new)/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('core.echo');
  const ref = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');

  await page.goto(`${paths.executions()}?rule=${ref}`);
  await api.post('/api/v1/events', {
    trigger_ref: 'probe.thing_happened',
    payload: { name: 'small', size: 3 },
  });
  const big = await api.post('/api/v1/events', {
    trigger_ref: 'probe.thing_happened',
    payload: { name: 'big', size: 30 },
  });
  // Live: without any reload the run comes to the list.
  const run = page.getByRole('row', { name: /completed/ });
  await expect(run).toBeVisible();
  await run.getByRole('link').first().click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Completed in /);
  await expect(page.getByRole('log', { name: 'Output' })).toContainText('size is 30');

  await page.goto(paths.event(big.data.id));
  await expect(page.getByRole('row', { name: new RegExp(ref.replace('.', '\\.')) })).toContainText(
    /match/,
  );

  await page.goto(paths.rule(ref));
  await page.getByRole('switch', { name: `Rule ${ref}` }).click();
  await expect.poll(async () => (await api.get(`/api/v1/rules/${ref}`)).data.enabled).toBe(false);
  await api.post('/api/v1/events', {
    trigger_ref: 'probe.thing_happened',
    payload: { name: 'late', size: 99 },
  });
  expect((await api.get(`/api/v1/executions?rule_ref=${ref}`)).items).toHaveLength(1);
  await api.delete(`/api/v1/rules/${ref}`);
});

test('a run shows its output while it runs, its chain, its exact environment and the status of its token', async ({
  page,
  api,
}) => {
  const ref = `probe.${unique('watch')}`;
  await api.post('/api/v1/rules', {
    ref,
    pack_ref: 'probe',
    label: ref,
    trigger_ref: 'probe.thing_happened',
    action_ref: 'probe.talk',
    conditions: { all: [{ field: 'name', operator: 'equals', value: ref }] },
    action_params: { words: 8 },
  });
  const event = (
    await api.post('/api/v1/events', {
      trigger_ref: 'probe.thing_happened',
      payload: { name: ref },
    })
  ).data;
  const [{ id }] = (await api.get(`/api/v1/executions?rule_ref=${ref}`)).items;

  await page.goto(paths.execution(id));
  const output = page.getByRole('log', { name: 'Output' });
  await expect(output).toContainText('word 1');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Running/);
  await expect(output).not.toContainText('done talking');
  await expect(output).toContainText('done talking');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Completed in /);

  for (const station of ['Trigger', 'Event', 'Rule', 'Enforcement', 'This run']) {
    await expect(page.getByText(station, { exact: false }).first()).toBeVisible();
  }
  await expect(page.getByRole('link', { name: String(event.id), exact: true })).toBeVisible();

  await page.getByRole('link', { name: /^Context/ }).click();
  await expect(page.getByRole('row', { name: /ATTUNE_RULE/ })).toContainText(ref);
  await expect(page.getByRole('row', { name: /ATTUNE_API_TOKEN/ })).toContainText(
    'execution token',
  );
  await expect(page.getByRole('row', { name: /^PATH/ })).toContainText('baseline');

  await page
    .getByRole('navigation', { name: 'Run' })
    .getByRole('link', { name: /^Token/ })
    .click();
  await expect(page.getByText('completed, 0 ms after the run')).toBeVisible();
  await expect(page.getByText('execution:create:child')).toBeVisible();

  await page.getByRole('link', { name: /^Input and result/ }).click();
  await expect(page.getByText('words').first()).toBeVisible();
  await api.delete(`/api/v1/rules/${ref}`);
});

test('a running execution is cancelled from its page, with a reason that the page then says', async ({
  page,
  api,
}) => {
  const { id } = await api.run('probe.talk', { words: 100 });
  await page.goto(paths.execution(id));
  await expect(page.getByRole('log', { name: 'Output' })).toContainText('word 1');

  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.getByLabel('Reason').fill('wrong table');
  await page.getByRole('button', { name: 'Cancel run' }).click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    /^Cancelled by admin .*wrong table/,
  );
  await expect(page.getByRole('button', { name: 'Cancel', exact: true })).toBeHidden();
});

test('a run that is killed for its time says when each signal was sent', async ({ page, api }) => {
  const run = await api.runToEnd('probe.refuse_to_die');
  await page.goto(paths.execution(run.id));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    /^Timed out after 1 s: SIGTERM at 1\.\d s, SIGKILL at 11\.\d s/,
  );
});

test.describe('somebody who leaves', () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test('is signed out of this copy, and its pages ask them who they are', async ({ page }) => {
    await page.goto(paths.login());
    await page.getByLabel('Login').fill('admin');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL('/');

    await page.getByRole('button', { name: 'Sign out' }).click();

    await page.waitForURL('/login');
    await page.goto(paths.rules());
    await expect(page).toHaveURL(/\/login\?next=%2Frules$/);
  });
});
