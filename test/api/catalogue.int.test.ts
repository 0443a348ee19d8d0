import { globSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { operations } from '#lib/contracts/index.ts';
import type { Operation } from '#lib/contracts/operation.ts';
import { CORE_PERMISSION_SETS } from '#lib/domain/core-permission-sets.ts';
import { mintAccessToken } from '#server/auth/access-token.ts';
import { sql } from '#server/db/sql.ts';

type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string>> },
) => Promise<Response>;
type Answer = { status: number; body: Record<string, unknown> };

/** Every route file that serves an operation of the contract, by its path. */
const files = new Map(
  globSync('app/**/route.ts').map((file) => [
    `/${relative('app', file).replace(/\/?route\.ts$/, '')}`
      .replaceAll('[', '{')
      .replaceAll(']', '}'),
    file,
  ]),
);

let token = '';

/** Calls a route as Next would, with what is in its path decoded. */
async function call(
  id: string,
  {
    params = {},
    body,
    query = '',
  }: { params?: Record<string, string>; body?: unknown; query?: string } = {},
  authorization = `Bearer ${token}`,
): Promise<Answer> {
  const operation = operations.find((one) => one.id === id) as Operation;
  const file = resolve(files.get(operation.path) ?? '');
  const routes = (await import(/* @vite-ignore */ file)) as Record<string, Handler>;
  const request = new Request(`http://localhost${operation.path}${query}`, {
    method: operation.method,
    headers: { ...(authorization !== '' && { authorization }), 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const response = await routes[operation.method]?.(request, { params: Promise.resolve(params) });
  const type = response?.headers.get('content-type') ?? '';
  return {
    status: response?.status ?? 0,
    body: type.includes('json')
      ? ((await response?.json()) as Record<string, unknown>)
      : { text: await response?.text() },
  };
}

/** What of an answer is not as the contract promises, and so would mislead every generated client. */
function broken(id: string, { status, body }: Answer): unknown[] {
  const operation = operations.find((one) => one.id === id) as Operation;
  if (status !== operation.status) return [{ id, status, body }];
  return (operation.result?.safeParse(body).error?.issues ?? []).map((issue) => ({ id, issue }));
}

beforeAll(async () => {
  await sql.query(`insert into permission_set (ref, grants) values ('core.admin', $1::jsonb)`, [
    JSON.stringify(CORE_PERMISSION_SETS.find(({ ref }) => ref === 'core.admin')?.grants),
  ]);
  await sql.query(`insert into identity (id, login) values (1, 'root')`);
  await sql.query(
    `insert into permission_assignment (identity_id, permission_set_id) select 1, id from permission_set`,
  );
  token = await mintAccessToken({ id: 1, login: 'root', session_epoch: 0 });
});

const RULE = {
  ref: 'web.rule',
  pack_ref: 'web',
  label: 'R',
  trigger_ref: 'web.t',
  action_ref: 'web.a',
  action_params: {},
  conditions: {},
};

describe('the catalogue over HTTP', () => {
  const ref = (name: string) => ({ params: { ref: name } });

  test('answers every write and read in the shape of the contract', async () => {
    const steps: [string, Parameters<typeof call>[1]][] = [
      ['createPack', { body: { ref: 'web', label: 'Web', version: '1', unknown_field: 1 } }],
      ['createTrigger', { body: { ref: 'web.t', pack_ref: 'web', label: 'T' } }],
      ['createAction', { body: { ref: 'web.a', pack_ref: 'web', label: 'A', entrypoint: 'a.sh' } }],
      [
        'createSensor',
        {
          body: {
            ref: 'web.s',
            pack_ref: 'web',
            label: 'S',
            entrypoint: 's.sh',
            runtime_ref: 'core.shell',
            trigger_ref: 'web.t',
          },
        },
      ],
      ['createRule', { body: RULE }],
      [
        'createKey',
        {
          body: {
            local_ref: 'k',
            name: 'K',
            owner_type: 'pack',
            owner_pack_ref: 'web',
            value: { a: 'a-long-secret' },
          },
        },
      ],
      ...[
        'listPacks',
        'listActions',
        'searchActions',
        'listTriggers',
        'listEnabledTriggers',
        'listSensors',
        'listEnabledSensors',
      ].map(bare),
      ...['listRules', 'listEnabledRules', 'listKeys', 'listWorkers', 'listAuditEvents'].map(bare),
      ...[
        'getPack',
        'listActionsByPack',
        'listTriggersByPack',
        'listSensorsByPack',
        'listRulesByPack',
      ].map(of('web')),
      ...[
        'getTrigger',
        'disableTrigger',
        'enableTrigger',
        'listRulesByTrigger',
        'listSensorsByTrigger',
      ].map(of('web.t')),
      ...['enableWebhook', 'regenerateWebhookKey', 'disableWebhook'].map(of('web.t')),
      ...['getAction', 'listRulesByAction'].map(of('web.a')),
      ...['getRule', 'disableRule', 'enableRule', 'listRuleVersions'].map(of('web.rule')),
      ['getKey', ref('pack.web.k')],
      [
        'updatePack',
        { ...ref('web'), body: { label: 'Web 2', conf_schema: null, config: null, meta: null } },
      ],
      [
        'updateTrigger',
        { ...ref('web.t'), body: { label: 'T2', param_schema: null, out_schema: null } },
      ],
      ['updateAction', { ...ref('web.a'), body: { timeout_seconds: { op: 'set', value: 9 } } }],
      [
        'updateRule',
        {
          ...ref('web.rule'),
          body: { action_params: null, conditions: null, trigger_params: null, label: 'R2' },
        },
      ],
      ['updateSensor', { ...ref('web.s'), body: { label: 'S2', config: null } }],
      ['updateCurrentUser', { body: { display_name: 'Root' } }],
      ['getCurrentUser', {}],
      ['previewRule', { body: { trigger_ref: 'web.t', action_ref: 'web.a', action_params: {} } }],
      ['updateKey', { ...ref('pack.web.k'), body: { name: 'K2' } }],
      ['getAuditEvent', { params: { id: '1' } }],
      ['getAuditEventsByRequest', { params: { request_id: 'request-0001' } }],
      ['deleteKey', ref('pack.web.k')],
      ['deleteRule', ref('web.rule')],
      ['deleteAction', ref('web.a')],
      ['deleteSensor', ref('web.s')],
      ['deleteTrigger', ref('web.t')],
      ['deletePack', ref('web')],
    ];
    const problems = [];
    for (const [id, input] of steps) problems.push(...broken(id, await call(id, input)));
    expect(problems).toEqual([]);
  });

  test('refuses keys that are names of the language, at their path and before anything is stored', async () => {
    const body = JSON.parse(
      '{"ref":"web","label":"W","version":"1","config":{"a":{"__proto__":{"x":1}}}}',
    ) as object;
    expect(await call('createPack', { body })).toMatchObject({
      status: 422,
      body: { code: 'VALIDATION_ERROR', details: [{ path: 'body.config.a.__proto__' }] },
    });
  });

  test('answers lists of rules under both names', async () => {
    const { body } = await call('listRules');
    expect(body['data']).toEqual(body['items']);
  });

  test('says in its own words what is missing, twice there, or does not fit', async () => {
    expect(await call('getRule', ref('web.none'))).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND', details: { ref: 'web.none' } },
    });
    expect(await call('createPack', { body: { ref: 'Not.A.Ref' } })).toMatchObject({
      status: 422,
      body: { code: 'VALIDATION_ERROR' },
    });
    await call('createPack', { body: { ref: 'twice', label: 'T', version: '1' } });
    expect(
      await call('createPack', { body: { ref: 'twice', label: 'T', version: '1' } }),
    ).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    expect(await call('listRules', { query: '?enabled=perhaps' })).toMatchObject({ status: 422 });
  });
});

const bare = (id: string): [string, object] => [id, {}];
const of =
  (name: string) =>
  (id: string): [string, object] => [id, { params: { ref: name } }];

describe('every operation that is not open', () => {
  const closed = operations.filter(({ access }) => access !== 'anyone').map(({ id }) => id);

  test.each(closed)('%s asks a stranger for a token', async (id) => {
    expect(
      await call(id, { params: { ref: 'a.b', id: '1', status: 'failed', request_id: 'x' } }, ''),
    ).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHORIZED' },
    });
  });
});
