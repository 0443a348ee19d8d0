import { createServer } from 'node:http';
import { once } from 'node:events';
import type { TokenStatus } from '#lib/contracts/tokens.ts';
import { paths } from '#lib/paths.ts';
import { Api } from './api.ts';
import { expect, productUrl, test, unique } from './fixtures.ts';
import { untilCallsAreKept } from './kept-calls.ts';
import { receiveTokens } from './receive-tokens.ts';

const SECRET = `hunter2-${crypto.randomUUID()}`;

test('inside an action, plain curl may do what its token is for and nothing else', async ({
  api,
}) => {
  const local = unique('secret');
  await api.post('/api/v1/keys', {
    local_ref: local,
    owner_type: 'pack',
    owner_pack_ref: 'probe',
    name: local,
    value: SECRET,
    encrypted: true,
  });
  const stranger = await api.runToEnd('core.noop');
  const rule = `probe.${unique('rule')}`;
  await api.post('/api/v1/rules', {
    ref: rule,
    pack_ref: 'probe',
    label: rule,
    trigger_ref: 'probe.thing_happened',
    action_ref: 'core.noop',
    enabled: false,
  });

  const run = await api.runToEnd('probe.token', {
    stranger: stranger.id,
    rule,
    key: `pack.probe.${local}`,
  });

  expect(run.result['data'], JSON.stringify(run.result)).toEqual({
    own: 200,
    child: 201,
    parent: run.id,
    key: 200,
    key_length: SECRET.length,
    stranger: 404,
    rule: 403,
  });
  const log = await api.logs(run.id);
  expect(log).toContain(
    `token is [masked: execution token] and the key is [masked: pack.probe.${local}]`,
  );
  expect(JSON.stringify(run)).not.toContain(SECRET);

  const token = async (): Promise<TokenStatus> =>
    (await api.get(`/api/v1/executions/${run.id}/token`)).data;
  await expect.poll(async () => (await token()).recent_calls.length).toBeGreaterThanOrEqual(5);
  expect(await token()).toMatchObject({
    state: 'ended',
    end_reason: 'completed',
    ms_after_run: 0,
    refused: 2,
  });
  expect(
    (await token()).scopes
      .filter(({ used }) => used)
      .map(({ scope }) => scope)
      .toSorted(),
  ).toEqual(['execution:create:child', 'execution:read:self', 'secrets:read:owned']);
  const children = (await api.get(`/api/v1/executions?parent=${run.id}`)).items;
  expect(children).toMatchObject([{ action_ref: 'core.echo' }]);
  await api.delete(`/api/v1/rules/${rule}`);
});

test('after the run its token opens nothing, says why, and the attempt to use it is an alarm', async ({
  api,
}) => {
  const received: string[] = [];
  const server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (chunk: string) => received.push(chunk));
    request.on('end', () => response.end('ok'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const run = await api.runToEnd('probe.keep_token', { receiver: `http://127.0.0.1:${port}/` });
  server.close();
  const thief = new Api(productUrl(), received.join(''));

  const refusals = await Promise.all([
    thief.ask('GET', `/api/v1/executions/${run.id}`),
    thief.ask('POST', '/api/v1/executions', { action_ref: 'core.noop' }),
    thief.ask('POST', '/api/v1/events', { trigger_ref: 'probe.thing_happened' }),
  ]);

  expect(run.status).toBe('completed');
  for (const { status, body } of refusals) {
    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'UNAUTHORIZED', details: { reason: 'execution_ended' } });
  }
  await expect
    .poll(
      async () =>
        ((await api.get(`/api/v1/executions/${run.id}/token`)).data as TokenStatus).replayed,
    )
    .toBe(3);
});

test('a token that nobody here has signed is refused without a reason', async () => {
  const forged = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"1"}')}.x`.replaceAll('=', '');
  const { status, body } = await new Api(productUrl(), forged).ask('GET', '/api/v1/executions');
  expect(status).toBe(401);
  expect(body.details).toBeUndefined();
});

test('the page of a run says what its token was used for, what it was refused and what it never used', async ({
  page,
  api,
}) => {
  const run = await api.runToEnd('probe.token', { stranger: 1, rule: 'none', key: 'none' });
  await untilCallsAreKept(api, run.id);
  await page.goto(`${paths.execution(run.id)}?tab=token`);

  const panel = page.getByRole('region', { name: 'Token' });
  await expect(panel).toContainText('Ended');
  await expect(panel).toContainText('completed, 0 ms after the run');
  for (const scope of ['execution:create:child', 'execution:read:self'])
    await expect(panel.getByRole('listitem').filter({ hasText: scope })).toContainText(/used$/);
  const calls = panel.getByRole('table', { name: 'Calls made with the token, oldest first' });
  await expect(calls.getByRole('row', { name: /POST \/api\/v1\/executions 201/ })).toBeVisible();
  const refused = calls.getByRole('row', { name: /PUT \/api\/v1\/rules\/\{ref\}/ });
  await expect(refused).toContainText(/40[34]/);
  const [plain, red] = await Promise.all(
    [calls.getByRole('row', { name: /201/ }), refused].map((row) =>
      row.evaluate((element) => getComputedStyle(element).color),
    ),
  );
  expect(red).not.toBe(plain);
  await expect(calls.getByRole('row').last()).toContainText('token ended');
});

test('a call that a run makes while one looks at its token comes into the table by itself', async ({
  page,
  api,
}) => {
  const tokens = await receiveTokens();
  const { id } = await api.run('probe.keep_token', {
    receiver: `${tokens.url}/looked-at`,
    stay_seconds: 60,
  });
  const own = new Api(productUrl(), await tokens.received('/looked-at'));
  tokens.close();
  await page.goto(`${paths.execution(id)}?tab=token`);
  await expect(page.getByText('No call was made with it so far.')).toBeVisible();

  await own.get(`/api/v1/executions/${id}`);

  const calls = page.getByRole('table', { name: /^Calls made with the token/ });
  await expect(calls.getByRole('row', { name: /GET/ })).toBeVisible();
  await api.post(`/api/v1/executions/${id}/cancel`);
  await api.untilEnded(id);
});

test('a call after the end of a run is an alarm on its page, with how much later it came', async ({
  page,
  api,
}) => {
  const tokens = await receiveTokens();
  const run = await api.runToEnd('probe.keep_token', { receiver: `${tokens.url}/late` });
  const token = await tokens.received('/late');
  tokens.close();
  await new Api(productUrl(), token).ask('POST', '/api/v1/executions', { action_ref: 'core.noop' });
  // Calls are written down a moment after they were answered.
  await expect
    .poll(async () => (await api.get(`/api/v1/executions/${run.id}/token`)).data.replayed)
    .toBe(1);
  await page.goto(`${paths.execution(run.id)}?tab=token`);

  await expect(page.getByRole('alert').filter({ hasText: 'Used after it ended' })).toContainText(
    /1 call came after the run had ended, the last one .* later.* It was refused\./,
  );
  await expect(page.getByRole('link', { name: 'Token 1 after its end' })).toBeVisible();
  const rows = page.getByRole('table', { name: /^Calls made with the token/ }).getByRole('row');
  await expect(rows.nth(-2)).toContainText('token ended');
  await expect(rows.last()).toContainText(/POST \/api\/v1\/executions.*after the end.*401/);
});

test('a token that is revoked on its page ends with its run, and both say by whom and why', async ({
  page,
  api,
}) => {
  const { id } = await api.run('probe.talk', { words: 100 });
  await page.goto(`${paths.execution(id)}?tab=token`);
  const panel = page.getByRole('region', { name: 'Token' });
  await expect(panel).toContainText(/Active\s*\d+:\d\d left/);

  await panel.getByRole('button', { name: 'Revoke' }).click();
  await page.getByLabel('Reason').fill('it was seen in a log');
  await page.getByRole('button', { name: 'Revoke token and end run' }).click();

  await expect(panel).toContainText('Ended');
  await expect(panel).toContainText('revoked');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    /^Its token was revoked by admin .*: it was seen in a log\.$/,
  );
  await expect(panel.getByRole('button', { name: 'Revoke' })).toHaveCount(0);
});
