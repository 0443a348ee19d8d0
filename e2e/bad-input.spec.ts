import { mkdtempSync, writeFileSync, mkdirSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operations } from '#lib/contracts/index.ts';
import { expect, test, unique } from './fixtures.ts';

test.describe('every operation', () => {
  for (const { id, method, path, access } of operations) {
    if (access === 'anyone') continue;
    test(`${id} asks a stranger who they are`, async ({ stranger }) => {
      const answer = await stranger.ask(
        method,
        path.replaceAll(/\{\w+\}/g, '1'),
        method === 'GET' ? undefined : {},
      );
      expect(answer.status).toBe(401);
      expect(answer.body).toMatchObject({ code: 'UNAUTHORIZED', request_id: expect.any(String) });
    });
  }
});

test('an unknown action, trigger or rule is a 404 with its ref', async ({ api }) => {
  const cases = [
    api.ask('POST', '/api/v1/executions', { action_ref: 'no.such_action' }),
    api.ask('POST', '/api/v1/events', { trigger_ref: 'no.such_trigger' }),
    api.ask('GET', '/api/v1/rules/no.such_rule'),
    api.ask('POST', '/api/v1/rules', {
      ref: 'probe.x',
      pack_ref: 'probe',
      label: 'x',
      trigger_ref: 'no.such_trigger',
      action_ref: 'core.noop',
    }),
  ];
  for (const { status, body } of await Promise.all(cases)) {
    expect(status).toBe(404);
    expect(JSON.stringify(body)).toMatch(/no\.such_/);
  }
});

test('a body that is no JSON is a 400, one that does not fit a 422 with every path', async ({
  api,
}) => {
  expect((await api.ask('POST', '/api/v1/events', '{"a":')).status).toBe(400);
  const answer = await api.ask('POST', '/api/v1/executions', {
    action_ref: 7,
    timeout_seconds: 'soon',
  });
  expect(answer.status).toBe(422);
  expect(answer.body.details.map(({ path }: { path: string }) => path).toSorted()).toEqual([
    'body.action_ref',
    'body.timeout_seconds',
  ]);
});

test('parameters that do not fit name each field, and no execution is created', async ({ api }) => {
  const before = (
    await api.get('/api/v1/executions?action_ref=core.http_request&include_total=true')
  ).pagination.total_items;
  const answer = await api.ask('POST', '/api/v1/executions', {
    action_ref: 'core.http_request',
    parameters: { timeout: 900, method: 'BREW' },
  });
  expect(answer.status).toBe(422);
  const paths = answer.body.details.map(({ path }: { path: string }) => path).toSorted();
  expect(paths).toEqual([
    'body.parameters.method',
    'body.parameters.timeout',
    'body.parameters.url',
  ]);
  expect(
    (await api.get('/api/v1/executions?action_ref=core.http_request&include_total=true')).pagination
      .total_items,
  ).toBe(before);
});

test('U+0000 is a 422, and a payload above 1 MiB a 413', async ({ api }) => {
  const nul = await api.ask('POST', '/api/v1/events', {
    trigger_ref: 'probe.thing_happened',
    payload: { name: 'a\u0000b' },
  });
  expect(nul.status).toBe(422);
  const large = await api.ask('POST', '/api/v1/events', {
    trigger_ref: 'probe.thing_happened',
    payload: { name: 'x'.repeat(1024 * 1024) },
  });
  expect(large.status).toBe(413);
});

test('a malformed file of a pack is named with line and reason, and the rest of the pack is loaded', async ({
  api,
}) => {
  const ref = unique('broken');
  const directory = mkdtempSync(join(tmpdir(), 'attune-pack-'));
  chmodSync(directory, 0o755);
  mkdirSync(join(directory, 'actions'));
  writeFileSync(join(directory, 'pack.yaml'), `ref: ${ref}\nlabel: Broken\nversion: 1.0.0\n`);
  writeFileSync(
    join(directory, 'actions', 'good.yaml'),
    `ref: ${ref}.good\nentry_point: good.sh\n`,
  );
  writeFileSync(join(directory, 'actions', 'good.sh'), '#!/bin/sh\necho good\n', { mode: 0o755 });
  writeFileSync(
    join(directory, 'actions', 'bad.yaml'),
    `ref: ${ref}.bad\nentry_point: [bad.sh\nlabel: x\n`,
  );

  const answer = await api.ask('POST', '/api/v1/packs/register', { path: directory });

  expect(answer.status).toBe(201);
  const [problem] = answer.body.data.problems;
  expect(problem).toMatchObject({
    file: 'actions/bad.yaml',
    line: expect.any(Number),
    reason: expect.any(String),
  });
  expect((await api.runToEnd(`${ref}.good`)).status).toBe('completed');
  expect((await api.ask('GET', `/api/v1/actions/${ref}.bad`)).status).toBe(404);
});

test('a webhook takes what a provider sends and runs what listens to it', async ({
  api,
  stranger,
}) => {
  const rule = `probe.${unique('hook')}`;
  await api.post('/api/v1/rules', {
    ref: rule,
    pack_ref: 'probe',
    label: rule,
    trigger_ref: 'probe.thing_happened',
    action_ref: 'core.echo',
    conditions: { all: [{ field: 'name', operator: 'equals', value: rule }] },
    action_params: { message: 'size {{ event.payload.size }}' },
  });
  const { webhook_key: key } = await api.post(
    '/api/v1/triggers/probe.thing_happened/webhooks/enable',
  );

  const raw = await stranger.ask('POST', `/api/v1/webhooks/${key}`, { name: rule, size: 3 });
  const wrapped = await stranger.ask('POST', `/api/v1/webhooks/${key}`, {
    payload: { name: rule, size: 4 },
  });

  expect([raw.status, wrapped.status]).toEqual([200, 200]);
  expect(raw.body).toMatchObject({
    event_id: expect.any(Number),
    data: { trigger_ref: 'probe.thing_happened' },
  });
  const runs = (await api.get(`/api/v1/executions?rule_ref=${rule}`)).items as { id: number }[];
  const results = await Promise.all(runs.map(({ id }) => api.untilEnded(id)));
  expect(results.map(({ config }) => config['message']).toSorted()).toEqual(['size 3', 'size 4']);
  expect(
    (await stranger.ask('POST', '/api/v1/webhooks/wh_00000000000000000000000000000000', {})).status,
  ).toBe(404);
  await api.post('/api/v1/triggers/probe.thing_happened/webhooks/disable');
  await api.delete(`/api/v1/rules/${rule}`);
});
