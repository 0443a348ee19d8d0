import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { madeSecret } from '#bin/data/made-secrets.ts';
import { findLauncher } from '#bin/data/launcher-lock.ts';
import { urlOf } from '#bin/postgres/embedded.ts';
import type { Execution } from '#lib/contracts/executions.ts';
import { paths } from '#lib/paths.ts';
import { Api } from './api.ts';
import { withProductDatabase } from './database.ts';
import { expect, productUrl, test, unique } from './fixtures.ts';
import { untilCallsAreKept } from './kept-calls.ts';
import { sharedProduct } from './shared-product.ts';
import { PASSWORD } from './product.ts';

const PIN = `pin-${crypto.randomUUID()}`;

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

test('the first line that tells of an error is marked when it is gone to, for a short log does not scroll', async ({
  page,
  api,
}) => {
  const run = await api.runToEnd('probe.talk');
  await page.goto(paths.execution(run.id));
  const marked = page
    .getByRole('log')
    .getByRole('link', { name: /^Line \d+$/ })
    .and(page.locator('[aria-current=location]'));
  const firstError = page.getByRole('button', { name: 'First error' });
  await expect(firstError).toBeVisible();
  await expect(marked).toHaveCount(0);

  await firstError.click();
  await expect(marked).toHaveCount(1);
});

test('the command that a run copies as curl holds no secret, and in a shell it runs the same once more', async ({
  page,
  api,
}) => {
  const user = `it's ${unique('ada')}`;
  const run = await api.runToEnd('probe.leak', { pin: PIN, auth: { user }, exit_code: 4 });
  await page.goto(paths.execution(run.id));

  await page.getByRole('button', { name: 'Copy as curl' }).click();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  expect(command).not.toContain(PIN);
  expect(command).not.toContain('masked');

  const login = await api.ask('POST', '/auth/login', { login: 'admin', password: PASSWORD });
  const { stdout } = await promisify(execFile)('sh', ['-c', command], {
    env: {
      NODE_ENV: 'test',
      PATH: process.env['PATH'],
      ATTUNE_TOKEN: login.body.data.access_token,
    },
  });
  const made = (JSON.parse(stdout) as { data: Execution }).data;
  expect(made).toMatchObject({ original_execution: run.id, config: run.config });
  expect((await api.untilEnded(made.id)).exit_code).toBe(4);
  // It said its secret aloud, and it was the same one: masked again.
  expect(await api.logs(made.id)).toContain('trying [masked: parameter pin]');
});

test('a run is run again with other input: its form begins with what the run was given, secrets come along unseen', async ({
  page,
  api,
}) => {
  const run = await api.runToEnd(
    'probe.leak',
    { pin: PIN, by_key: '{{ key.pack.probe.none }}', auth: { user: 'ada' }, exit_code: 4 },
    { env_vars: { MODE: 'rolling' }, trace_tag: 'first' },
  );
  await page.goto(paths.execution(run.id));
  await page.getByRole('link', { name: 'Re-run edited' }).click();

  const form = page.getByRole('region', { name: 'Run it again, edited' });
  await expect(form.getByLabel('exit_code')).toHaveValue('4');
  await expect(form.getByLabel('by_key')).toHaveValue('{{ key.pack.probe.none }}');
  await expect(form.getByLabel('pin')).toHaveValue('');
  await expect(form.getByLabel('Trace tag')).toHaveValue('first');
  await expect(form).toContainText('pin holds a secret');
  expect(await page.content()).not.toContain(PIN);

  await form.getByLabel('exit_code').fill('0');
  await form.getByLabel('by_key').fill('');
  await form.getByLabel('Variables of its environment').fill('MODE=all at once\nDRAIN_SECONDS=5');
  await form.getByRole('button', { name: 'Run probe.leak' }).click();
  await page.waitForURL(
    (url) => url.pathname !== paths.execution(run.id) && /\/executions\/\d+/.test(url.pathname),
  );

  const made = await api.untilEnded(Number(new URL(page.url()).pathname.split('/').at(-1)));
  expect(made).toMatchObject({
    status: 'completed',
    original_execution: run.id,
    trace_tag: 'first',
    env_vars: { MODE: 'all at once', DRAIN_SECONDS: '5' },
    config: { pin: '[masked: pin]', auth: { user: 'ada' }, exit_code: 0 },
  });
  expect(made.config).not.toHaveProperty('by_key');
});

test('the audit of a run says who asked for it, which key it was given, what it called and who cancelled it', async ({
  page,
  api,
}) => {
  const local = unique('told');
  await api.post('/api/v1/keys', {
    local_ref: local,
    owner_type: 'pack',
    owner_pack_ref: 'probe',
    name: local,
    value: PIN,
    encrypted: true,
  });
  const run = await api.runToEnd('probe.token', {
    stranger: 1,
    rule: 'none',
    key: `pack.probe.${local}`,
  });
  const { id } = await api.run('probe.talk', { words: 100 });
  await api.post(`/api/v1/executions/${id}/cancel`, { reason: 'wrong table' });
  await api.untilEnded(id);
  await untilCallsAreKept(api, run.id);

  await page.goto(`${paths.execution(run.id)}?tab=audit`);
  const acts = page.getByRole('table', { name: 'What was done, newest first' });
  for (const act of [
    `admin asked for a run of probe.token, run ${run.id}`,
    `execution:${run.id} asked for a run of core.echo`,
    `execution:${run.id} read the value of key pack.probe.${local}`,
  ])
    await expect(acts.getByRole('row', { name: act })).toBeVisible();
  await expect(acts.getByRole('row', { name: /was refused PUT .*rules/ })).toBeVisible();
  await expect(acts).not.toContainText(`run ${id}`);

  await page.goto(`${paths.execution(id)}?tab=audit`);
  await expect(acts.getByRole('row', { name: /admin cancelled/ })).toBeVisible();
  await acts
    .getByRole('row', { name: /admin cancelled/ })
    .getByRole('link')
    .first()
    .click();
  await expect(page.getByRole('region', { name: /^Act \d+/ })).toContainText('wrong table');
});

test('what Raw shows and copies is what the API answers, masks included', async ({ page, api }) => {
  const run = await api.runToEnd('probe.leak', { pin: PIN });
  await untilCallsAreKept(api, run.id);
  await page.goto(`${paths.execution(run.id)}?tab=raw`);

  for (const [name, part] of Object.entries({
    Execution: '',
    Attempts: '/attempts',
    Environment: '/environment',
    Token: '/token',
  })) {
    await page.getByRole('button', { name: `Copy ${name} as JSON` }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(await page.getByRole('region', { name: `${name} as JSON` }).innerText()).toBe(copied);
    const { data } = await api.get(`/api/v1/executions/${run.id}${part}`);
    expect(JSON.parse(copied), name).toEqual({ data });
    expect(copied, name).not.toContain(PIN);
  }
  await page.getByRole('link', { name: 'Open Token' }).click();
  await expect(page.locator('body')).toContainText('execution:read:self');
});

test('who may not read the audit is told which permission it takes', async ({ page, api }) => {
  const login = unique('reader');
  const { data } = await api.post('/api/v1/identities', { login, password: PASSWORD });
  await api.post('/api/v1/permissions/assignments', {
    identity_id: data.id,
    permission_set_ref: 'core.viewer',
  });
  const run = await api.runToEnd('core.noop');
  const reader = await Api.logIn(productUrl(), login, PASSWORD);
  expect((await reader.ask('GET', '/api/v1/audit-events')).status).toBe(403);
  await page.context().clearCookies();
  await page.goto(`${paths.execution(run.id)}?tab=audit`);
  await page.getByLabel('Login').fill(login);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByText('You need audit_log:read')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Re-run edited' })).toHaveCount(0);
});

test('the timeline of a run has its phases, its token, its calls and its children on one axis, and comes nearer by keys, by buttons and by drawing', async ({
  page,
  api,
}) => {
  const run = await api.runToEnd('probe.token', { stranger: 1, rule: 'none', key: 'none' });
  await untilCallsAreKept(api, run.id);
  await page.goto(`${paths.execution(run.id)}?tab=timeline`);
  const axis = page.getByRole('group', { name: /^Time axis/ });
  for (const name of [
    /^Phases: .*running/,
    /^Token: alive for /,
    /^Signals: none/,
    /^API calls: .*GET \/api\/v1\/executions\/\{id\} 200.*PUT \/api\/v1\/rules\/\{ref\} 40[34]/,
    /^Children: started run \d+ of core\.echo/,
  ])
    await expect(axis.getByRole('img', { name })).toBeVisible();

  const told = page.getByRole('status').filter({ hasText: 'from left to right' });
  const all = await told.innerText();
  const isAll = () => expect(told).toHaveText(all);
  await axis.focus();
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  await expect(told).toContainText(', from +');
  const nearer = await told.innerText();
  await page.keyboard.press('ArrowRight');
  await expect(told).not.toHaveText(nearer);
  await page.keyboard.press('0');
  await isAll();

  await page.getByRole('button', { name: 'Zoom in' }).click();
  await expect(told).not.toHaveText(all);
  await page.getByRole('button', { name: 'Show all' }).click();
  await isAll();

  const phases = await axis.getByRole('img', { name: /^Phases/ }).boundingBox();
  if (phases === null) throw new Error('There are no phases');
  await page.mouse.move(phases.x + phases.width / 2, phases.y + 10);
  await page.mouse.down();
  await page.mouse.move(phases.x + (phases.width * 3) / 4, phases.y + 10, { steps: 4 });
  await page.mouse.up();
  await expect(told).toContainText(', from +');
});

test('a run of which nobody can prove that it is gone says so in words that cannot be missed, with what to do', async ({
  page,
  api,
}) => {
  const run = await api.runToEnd('core.noop');
  await leaveUnproven(run.id);
  await page.goto(paths.execution(run.id));

  const alarm = page.getByRole('alert').filter({ hasText: 'Kill unproven' });
  await expect(alarm).toContainText('a process may still be running');
  await expect(alarm).toContainText(`ATTUNE_EXEC_ID=${run.id}`);
  await expect(page.getByRole('region', { name: 'How it ended' })).toContainText(
    'Not proven to be gone',
  );
  await alarm.getByRole('button', { name: 'Copy the command' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(
    `'ATTUNE_EXEC_ID=${run.id}' /proc/`,
  );
  await alarm.getByRole('link', { name: 'What it means and what to do' }).click();
  await expect(page).toHaveURL(/#kill-unproven$/);
  await expect(page.locator('body')).toContainText('### kill-unproven');
});

test('a run that nothing kept apart from others says so where it tells how it ended and what it got', async ({
  page,
  api,
}) => {
  const run = await api.runToEnd('core.noop');
  const words = "no isolation, process group only, the worker's user because user 61000 may not";
  await withProductDatabase((db) =>
    db.query(
      `update attempt set isolation = isolation || jsonb_build_object('kind', 'none', 'description', $2::text)
       where execution_id = $1`,
      [run.id, words],
    ),
  );
  await page.goto(paths.execution(run.id));

  const ending = page.getByRole('region', { name: 'How it ended' });
  await expect(ending.getByRole('definition').filter({ hasText: `none${words}` })).toBeVisible();
  await page.goto(`${paths.execution(run.id)}?tab=context`);
  const got = page.getByRole('region', { name: 'Environment' });
  await expect(got.getByRole('definition').filter({ hasText: `none${words}` })).toBeVisible();
});

/** Leaves the row of a run's end as a worker does that went away before all was counted: no count, and no proof. */
async function leaveUnproven(id: number): Promise<void> {
  const { dataDir } = sharedProduct();
  const socketDir = findLauncher(dataDir)?.socketDir;
  if (socketDir === undefined) throw new Error('The product has no database of its own');
  const db = new Client({
    connectionString: urlOf(socketDir, madeSecret(dataDir, 'postgres-password')),
  });
  await db.connect();
  try {
    const { rowCount } = await db.query(
      `update attempt set ending = ending || '{"kill_proven": false, "left": null}' where execution_id = $1`,
      [id],
    );
    expect(rowCount).toBe(1);
  } finally {
    await db.end();
  }
}
