import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operations } from '#lib/contracts/index.ts';
import { CORE_PERMISSION_SETS } from '#lib/domain/core-permission-sets.ts';
import { mintAccessToken } from '#server/auth/access-token.ts';
import { hashPassword } from '#server/auth/password.ts';
import { inTransaction, sql } from '#server/db/sql.ts';
import { aPack } from '#test/catalogue.ts';
import { aRunningAttempt } from '#test/security/process-tokens.ts';

interface Call {
  readonly params?: Record<string, string>;
  readonly body?: unknown;
}
type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string>> },
) => Promise<Response>;

/** Beside the data directory: a pack is not registered from within it. */
const PACK_DIRECTORY = mkdtempSync(join(tmpdir(), 'attune-audit-'));
const PASSWORD = 'the password of this test';
const ref = (name: string, body?: unknown): Call => ({ params: { ref: name }, body });
/** What earlier calls answered, for later ones. */
const known = {
  executionId: '',
  /** One that runs. */
  runningId: '',
  workerId: '',
  refreshToken: '',
  webhookKey: '',
  /** What each call made. */
  ids: new Map<string, string>(),
};

const GRANTS = [{ resource: 'rules', actions: ['read'] }];
const byId = (madeBy: string, body?: unknown): Call => ({
  params: { id: known.ids.get(madeBy) ?? '' },
  body,
});
const ofToken = (): Call => ({
  params: {
    id: known.ids.get('createIdentity') ?? '',
    token_id: known.ids.get('createIntegrationToken') ?? '',
  },
  body: {},
});

/** One valid call for every operation that changes something, in an order in which each finds what it needs. */
const CALLS: readonly (readonly [string, () => Call])[] = [
  ['createPack', () => ({ body: { ref: 'web', label: 'Web', version: '1' } })],
  ['updatePack', () => ref('web', { label: 'Web 2' })],
  ['registerPack', () => ({ body: { path: PACK_DIRECTORY, force: false } })],
  ['createTrigger', () => ({ body: { ref: 'web.t', pack_ref: 'web', label: 'T' } })],
  ['updateTrigger', () => ref('web.t', { label: 'T2' })],
  ['disableTrigger', () => ref('web.t')],
  ['enableTrigger', () => ref('web.t')],
  ['enableWebhook', () => ref('web.t')],
  ['regenerateWebhookKey', () => ref('web.t')],
  [
    'createAction',
    () => ({ body: { ref: 'web.a', pack_ref: 'web', label: 'A', entrypoint: 'a.sh' } }),
  ],
  ['updateAction', () => ref('web.a', { label: 'A2' })],
  [
    'createSensor',
    () => ({
      body: {
        ref: 'web.s',
        pack_ref: 'web',
        label: 'S',
        entrypoint: 's.sh',
        runtime_ref: 'core.shell',
        trigger_ref: 'web.t',
      },
    }),
  ],
  ['updateSensor', () => ref('web.s', { label: 'S2' })],
  ['disableSensor', () => ref('web.s')],
  ['enableSensor', () => ref('web.s')],
  ['stopSensor', () => ref('web.s')],
  ['startSensor', () => ref('web.s')],
  ['restartSensor', () => ref('web.s')],
  [
    'createRule',
    () => ({
      body: {
        ref: 'web.rule',
        pack_ref: 'web',
        label: 'R',
        trigger_ref: 'web.t',
        action_ref: 'web.a',
      },
    }),
  ],
  ['updateRule', () => ref('web.rule', { label: 'R2' })],
  ['disableRule', () => ref('web.rule')],
  ['enableRule', () => ref('web.rule')],
  [
    'createKey',
    () => ({
      body: {
        local_ref: 'k',
        name: 'K',
        owner_type: 'pack',
        owner_pack_ref: 'web',
        value: 'a-long-secret',
      },
    }),
  ],
  ['revealKey', () => ref('pack.web.k', { reason: 'to look' })],
  ['updateKey', () => ref('pack.web.k', { name: 'K2' })],
  ['createEvent', () => ({ body: { trigger_ref: 'web.t', payload: { n: 1 } } })],
  ['receiveWebhook', () => ({ params: { key: known.webhookKey }, body: { n: 2 } })],
  ['createExecution', () => ({ body: { action_ref: 'web.a', parameters: {} } })],
  ['executeAction', () => ({ body: { action_ref: 'web.a', parameters: {} } })],
  ['revokeExecutionToken', () => ({ params: { id: known.runningId }, body: {} })],
  ['cancelExecution', () => ({ params: { id: known.executionId }, body: {} })],
  ['cordonWorker', () => ({ params: { id: known.workerId }, body: { reason: 'new memory' } })],
  ['uncordonWorker', () => ({ params: { id: known.workerId } })],
  ['updateCurrentUser', () => ({ body: { display_name: 'Root' } })],
  ['startDemo', () => ({})],
  ['removeDemo', () => ({})],
  ['deleteKey', () => ref('pack.web.k')],
  ['deleteRule', () => ref('web.rule')],
  ['deleteAction', () => ref('web.a')],
  ['deleteSensor', () => ref('web.s')],
  ['disableWebhook', () => ref('web.t')],
  ['deleteTrigger', () => ref('web.t')],
  ['deletePack', () => ref('web')],
  ['createIdentity', () => ({ body: { login: 'robot' } })],
  ['updateIdentity', () => byId('createIdentity', { display_name: 'Robot' })],
  ['createIdentityRole', () => byId('createIdentity', { role: 'helpers' })],
  ['createPermissionSet', () => ({ body: { ref: 'mine.readers', grants: GRANTS } })],
  ['updatePermissionSet', () => byId('createPermissionSet', { label: 'Readers' })],
  ['createPermissionSetRole', () => byId('createPermissionSet', { role: 'helpers' })],
  [
    'createPermissionAssignment',
    () => ({ body: { permission_set_ref: 'mine.readers', identity_login: 'robot' } }),
  ],
  ['createIntegrationToken', () => byId('createIdentity', { label: 'T' })],
  ['revokeIntegrationToken', ofToken],
  ['deleteIntegrationToken', ofToken],
  ['freezeIdentity', () => byId('createIdentity')],
  ['unfreezeIdentity', () => byId('createIdentity')],
  ['deletePermissionAssignment', () => byId('createPermissionAssignment')],
  ['deletePermissionSetRole', () => byId('createPermissionSetRole')],
  ['deletePermissionSet', () => byId('createPermissionSet')],
  ['deleteIdentityRole', () => byId('createIdentityRole')],
  ['deleteIdentity', () => byId('createIdentity')],
  ['login', () => ({ body: { login: 'root', password: PASSWORD } })],
  ['refresh', () => ({ body: { refresh_token: known.refreshToken } })],
  [
    'changePassword',
    () => ({ body: { current_password: PASSWORD, new_password: 'another long password' } }),
  ],
];

/** Posts that change nothing. */
const CHANGES_NOTHING = new Set(['previewRule', 'receiveDemo']);

async function call(id: string, { params = {}, body }: Call, requestId: string): Promise<Response> {
  const operation = operations.find((one) => one.id === id);
  if (operation === undefined) throw new Error(`There is no operation ${id}`);
  const file = `app${operation.path.replaceAll('{', '[').replaceAll('}', ']')}/route.ts`;
  const routes = (await import(/* @vite-ignore */ resolve(file))) as Record<string, Handler>;
  const token = await mintAccessToken({ id: 1, login: 'root', session_epoch: 0 });
  const request = new Request(`http://localhost${operation.path}`, {
    method: operation.method,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-request-id': requestId,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const handler = routes[operation.method];
  if (handler === undefined) throw new Error(`${file} has no ${operation.method}`);
  return handler(request, { params: Promise.resolve(params) });
}

/** Everything that is stored, but for the audit: equal when nothing has changed. */
async function contents(): Promise<string> {
  const tables = await sql.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
     and relname not like 'audit%' and relname not in ('_prisma_migrations', 'token_call', 'webhook_event_log')`,
  );
  const parts = tables.map(
    ({ name }) =>
      `select '${name}' as name, coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as sum from "${name}" t`,
  );
  return JSON.stringify(await sql.query(`${parts.join(' union all ')} order by name`));
}

/** As long as `work` goes on, the database takes no audit row. */
async function withoutAudit<T>(work: () => Promise<T>): Promise<T> {
  await sql.query(
    `create trigger refuse before insert on audit_event for each row execute function refuse_audit()`,
  );
  try {
    return await work();
  } finally {
    await sql.query('drop trigger refuse on audit_event');
  }
}

beforeAll(async () => {
  await sql.query(
    `create function refuse_audit() returns trigger language plpgsql as $$ begin raise exception 'no audit' using errcode = '55000'; end $$`,
  );
  await inTransaction(async (tx) => {
    await tx.query(`insert into permission_set (ref, grants) values ('core.admin', $1::jsonb)`, [
      JSON.stringify(CORE_PERMISSION_SETS.find((one) => one.ref === 'core.admin')?.grants),
    ]);
    await tx.query(`insert into identity (id, login, password_hash) values (1, 'root', $1)`, [
      await hashPassword(PASSWORD),
    ]);
    await tx.query(
      `insert into permission_assignment (identity_id, permission_set_id) select 1, id from permission_set`,
    );
  });
  // What the rules of the demo are made of.
  for (const [table, name] of [
    ['trigger', 'intervaltimer'],
    ['action', 'echo'],
    ['action', 'sleep'],
    ['action', 'http_request'],
  ] as const) {
    const { id } = await aPack('core');
    const entry = table === 'action' ? [', entrypoint', `, 'run.sh'`] : ['', ''];
    await sql.query(
      `insert into ${table} (ref, pack_id, pack_ref, label${entry[0]}) values ($1, $2, 'core', $1${entry[1]})`,
      [`core.${name}`, id],
    );
  }
  await sql.query(`select setval(pg_get_serial_sequence('identity', 'id'), max(id)) from identity`);
  const { attempt } = await aRunningAttempt();
  known.runningId = String(attempt.execution_id);
  known.workerId = String(attempt.worker_id);
  await writeFile(join(PACK_DIRECTORY, 'pack.yaml'), 'ref: mine\nlabel: Mine\nversion: 1.0.0\n');
});
afterAll(() => rm(PACK_DIRECTORY, { recursive: true }));

test('every operation that can change something is in the list', () => {
  const listed = [...CALLS.map(([id]) => id), ...CHANGES_NOTHING].toSorted();
  const mutating = operations.filter(({ method }) => method !== 'GET').map(({ id }) => id);
  expect(listed).toEqual(mutating.toSorted());
});

describe('leaves an audit row in the transaction that makes the change', () => {
  test.each(CALLS)('%s', async (id, input) => {
    const before = await contents();
    const refused = await withoutAudit(() => call(id, input(), `sweep-${id}-no`));
    expect([refused.status, await refused.text()]).toEqual([
      expect.toSatisfy(isDefect),
      expect.anything(),
    ]);
    expect(await contents()).toBe(before);

    const response = await call(id, input(), `sweep-${id}`);
    const answer = (await response.json().catch(() => null)) as Record<string, never> | null;
    expect([response.status, answer]).toEqual([expect.toBeOneOf([200, 201, 204]), answer]);
    const rows = await sql.query<{ http_method: string; http_path: string }>(
      `select distinct http_method, http_path from audit_event where request_id = $1`,
      [`sweep-${id}`],
    );
    const { method, path } = operations.find((one) => one.id === id) ?? {};
    expect(rows).toEqual([{ http_method: method, http_path: path }]);
    learn(id, answer);
  });
});

const isDefect = (status: number): boolean => status >= 500;

/** Keeps what later calls need. */
function learn(id: string, answer: Record<string, never> | null): void {
  const data = (answer?.['data'] ?? answer ?? {}) as Record<string, unknown>;
  const made = (data['integration_token'] ?? data) as Record<string, unknown>;
  if (id.startsWith('create')) known.ids.set(id, String(made['id']));
  if (id === 'createExecution') known.executionId = String(data['id']);
  if (id === 'login') known.refreshToken = String(data['refresh_token']);
  if (id === 'regenerateWebhookKey') known.webhookKey = String(data['webhook_key']);
}
