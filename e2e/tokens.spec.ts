import { paths } from '#lib/paths.ts';
import { Api } from './api.ts';
import { expect, productUrl, test, unique } from './fixtures.ts';
import { keys, mouse } from './hands.ts';
import { PASSWORD } from './product.ts';

for (const [by, handOf] of Object.entries({ mouse, 'keyboard alone': keys }))
  test(`by ${by}: from all tokens to the calls that were made with the one of a run, and to its end`, async ({
    page,
    api,
  }) => {
    const hand = handOf(page);
    const { id } = await api.run('probe.talk', { words: 150 });
    await page.goto(paths.tokens());
    const row = page.getByRole('row', { name: new RegExp(`Run ${id}\\b`) });
    await expect(async () => {
      await page.reload();
      await expect(row).toContainText('active', { timeout: 1_000 });
    }).toPass();

    await hand.press(row.getByRole('button', { name: 'Revoke' }));
    await hand.fill(page.getByLabel('Reason'), 'who is this');
    await hand.press(page.getByRole('button', { name: 'Revoke token and end run' }));
    await api.untilEnded(id);
    await hand.select(page.getByRole('combobox', { name: /^Tokens/ }), 'ended');
    await hand.press(page.getByRole('button', { name: 'Filter' }));
    await expect(row).toContainText('ended: revoked');
    await hand.press(row.getByRole('link', { name: `Run ${id}` }));
    await expect(page).toHaveURL(new RegExp(`/executions/${id}\\?tab=token`));
    await expect(page.getByText('who is this').first()).toBeVisible();
  });

test('an API token of a service is found by its name and revoked', async ({ page, api }) => {
  const [login, label] = [unique('service'), unique('nightly')];
  const { data } = await api.post('/api/v1/identities', { login });
  const made = await api.post(`/api/v1/identities/${data.id}/integration-tokens`, { label });
  await page.goto(paths.tokens({ who: label }));
  const row = page.getByRole('row', { name: new RegExp(label) });
  await expect(row.getByRole('link', { name: login })).toBeVisible();
  await expect(page.locator('body')).not.toContainText(made.data.token);
  await row.getByRole('button', { name: `Revoke ${label}…` }).click();
  await page.getByRole('button', { name: 'Revoke token' }).click();
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await expect(row).toHaveCount(0);
  expect((await new Api(productUrl(), made.data.token).ask('GET', '/auth/me')).status).toBe(401);
});

test('from the list of tokens to all that was done with the one of a service', async ({
  page,
  api,
}) => {
  const [login, label, made] = [unique('service'), unique('deploy'), unique('made')];
  const { data } = await api.post('/api/v1/identities', { login });
  await api.post('/api/v1/permissions/assignments', {
    permission_set_ref: 'core.admin',
    identity_login: login,
  });
  const { data: issued } = await api.post(`/api/v1/identities/${data.id}/integration-tokens`, {
    label,
  });
  const service = new Api(productUrl(), issued.token);
  await service.post('/api/v1/identities', { login: made });
  await page.goto(paths.tokens({ who: label }));

  await page.getByRole('link', { name: `What was done with ${label}` }).click();
  const acts = page.getByRole('region', { name: 'What was done' });
  const act = acts.getByRole('row', { name: new RegExp(made) });
  await expect(act).toContainText('by API token');
  await expect(acts.getByRole('row')).toHaveCount(2); // with the head: nothing that anybody else did
  await act.getByRole('link').first().click();
  await expect(
    page.getByRole('link', { name: `by API token ${issued.integration_token.id}` }),
  ).toBeVisible();
});

test('whoever may not read tokens or settings is told what it takes, and has the words to ask for it', async ({
  api,
  browser,
  baseURL,
}) => {
  const login = unique('nobody');
  await api.post('/api/v1/identities', { login, password: PASSWORD });
  const context = await browser.newContext({
    storageState: { cookies: [], origins: [] },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  await page.goto(`${baseURL}/login`);
  await page.getByLabel('Login').fill(login);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL((url) => url.pathname === '/');
  await page.goto(`${baseURL}${paths.tokens()}`);
  await expect(page.getByText('executions:read').first()).toBeVisible();
  await page.goto(`${baseURL}${paths.settings()}`);
  await expect(page.getByText('retention:read').first()).toBeVisible();
  await page.getByRole('button', { name: 'Copy a request for access' }).click();
  await expect(page.getByRole('button', { name: /^Copied/ })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(
    `“${login}” needs the permission retention:read to see the settings: ${baseURL}${paths.settings()}`,
  );
  await context.close();
});

test('the settings tell how long what is kept, how large it is, and what is in force', async ({
  page,
  api,
}) => {
  await page.goto(paths.home());
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: 'Settings' })
    .click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/The database takes \d/);
  const { data } = await api.get('/api/v1/retention');
  for (const { name, keep_days: days } of data.kept)
    await expect(
      page.getByRole('row', { name: new RegExp(`^${name} \\w+ ${days} days?\\b`) }),
    ).toContainText(/\d (?:B|KiB|MiB|GiB)/);
  await expect(page.getByText(`at ${productUrl()}`)).toBeVisible();
});
