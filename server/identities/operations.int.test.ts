import { resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { operations } from '#lib/contracts/index.ts';
import { CORE_PERMISSION_SETS } from '#lib/domain/core-permission-sets.ts';
import { sql } from '#server/db/sql.ts';
import { accessTokenOf, anIdentity, aPermissionSet } from '#test/identities.ts';

type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string>> },
) => Promise<Response>;
interface Call {
  readonly params?: Record<string, string | number>;
  readonly body?: unknown;
  readonly token?: string;
}

/** What is looked at in answers; the contract's schema says the rest. */
interface Answer {
  readonly id: number;
  readonly token: string;
  readonly integration_token: { readonly id: number };
}

let root = '';
let nobody = '';
let rootId = 0;

/** Calls a route as Next would. */
async function call(id: string, { params = {}, body, token = root }: Call): Promise<Response> {
  const operation = operations.find((one) => one.id === id);
  if (operation === undefined) throw new Error(`There is no operation ${id}`);
  const file = `app${operation.path.replaceAll('{', '[').replaceAll('}', ']')}/route.ts`;
  const routes = (await import(/* @vite-ignore */ resolve(file))) as Record<string, Handler>;
  const request = new Request(`http://localhost${operation.path}`, {
    method: operation.method,
    headers: {
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      'content-type': 'application/json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const handler = routes[operation.method];
  if (handler === undefined) throw new Error(`${file} has no ${operation.method}`);
  const texts = Object.entries(params).map(([name, value]) => [name, String(value)]);
  return handler(request, { params: Promise.resolve(Object.fromEntries(texts)) });
}

/** The answer, once it fits the contract. */
async function good(id: string, input: Call = {}): Promise<Answer> {
  const operation = operations.find((one) => one.id === id);
  const response = await call(id, input);
  const answer = (await response.json()) as Answer & { readonly data?: Answer };
  expect([id, response.status, answer]).toEqual([id, operation?.status, answer]);
  expect([id, operation?.result?.safeParse(answer).error?.issues ?? []]).toEqual([id, []]);
  return answer.data ?? answer;
}

const GRANTS = [{ resource: 'rules', actions: ['read'], constraints: { pack_refs: ['web'] } }];

beforeAll(async () => {
  const admin = CORE_PERMISSION_SETS.find(({ ref }) => ref === 'core.admin');
  rootId = await anIdentity({ login: 'root', grants: admin?.grants ?? [] });
  root = await accessTokenOf(rootId);
  nobody = await accessTokenOf(await anIdentity({ login: 'nobody' }));
});

/** Everything that changes who may do what, each once, in an order in which each finds what it needs. */
async function changeEverything(): Promise<string[]> {
  const done: string[] = [];
  const change = async (id: string, input: Call): Promise<Answer> => {
    done.push(id);
    const [before] = await sql.query<{ max: number }>(
      'select coalesce(max(id), 0)::int as max from audit_event',
    );
    const refused = await call(id, { ...input, token: nobody });
    expect([id, refused.status]).toEqual([id, 403]);
    expect([id, (await call(id, { ...input, token: '' })).status]).toEqual([id, 401]);
    const answer = await good(id, input);
    const written = await sql.query(
      `select 1 from audit_event where id > $1 and actor_login = 'root' and outcome = 'success' and category = 'rbac'`,
      [before?.max],
    );
    expect([id, written.length]).toEqual([id, 1]);
    return answer;
  };

  const { id } = await change('createIdentity', { body: { login: 'bot' } });
  const params = { id };
  await change('updateIdentity', { params, body: { display_name: 'Robot' } });
  await change('freezeIdentity', { params });
  await change('unfreezeIdentity', { params });
  const set = await change('createPermissionSet', { body: { ref: 'web.reader', grants: GRANTS } });
  await change('updatePermissionSet', { params: { id: set.id }, body: { label: 'Reader' } });
  const assignment = await change('createPermissionAssignment', {
    body: { permission_set_ref: 'web.reader', identity_login: 'bot' },
  });
  const link = await change('createPermissionSetRole', {
    params: { id: set.id },
    body: { role: 'readers' },
  });
  const role = await change('createIdentityRole', { params, body: { role: 'readers' } });
  const made = await change('createIntegrationToken', {
    params,
    body: { label: 'CI', expires_at: '2999-01-01T00:00:00Z', permission_set_refs: ['web.reader'] },
  });
  const token = { id, token_id: made.integration_token.id };

  await good('listIdentities');
  await good('getIdentity', { params });
  await good('listIdentityPermissions', { params });
  await good('listIntegrationTokens', { params });
  await good('listPermissionSets');
  await good('getPermissionSet', { params: { id: set.id } });
  const shown = { token: made.token };
  await good('getCurrentUser', shown);
  await good('listRules', shown);
  expect((await call('listKeys', shown)).status).toBe(403);

  await change('revokeIntegrationToken', { params: token, body: { reason: 'leaked' } });
  expect((await call('listRules', shown)).status).toBe(401);
  await change('deleteIntegrationToken', { params: token });
  await change('deleteIdentityRole', { params: { id: role.id } });
  await change('deletePermissionSetRole', { params: { id: link.id } });
  await change('deletePermissionAssignment', { params: { id: assignment.id } });
  await change('deletePermissionSet', { params: { id: set.id } });
  await change('deleteIdentity', { params });
  return done;
}

describe('the operations on identities and permissions', () => {
  test('answer as the contract says, refuse strangers, and leave one audit row for each change', async () => {
    const done = await changeEverything();
    const mutating = operations
      .filter(
        ({ method, path }) => method !== 'GET' && /^\/api\/v1\/(identities|permissions)/.test(path),
      )
      .map(({ id }) => id);
    expect(done.toSorted()).toEqual(mutating.toSorted());
  });

  test('refuse what is there already, and what is not', async () => {
    expect((await call('createIdentity', { body: { login: 'ROOT' } })).status).toBe(409);
    for (const login of ['execution:7', ' x', '', 'a b']) {
      expect((await call('createIdentity', { body: { login } })).status).toBe(422);
    }
    expect((await call('getIdentity', { params: { id: 99_999 } })).status).toBe(404);
    expect((await call('deletePermissionAssignment', { params: { id: 99_999 } })).status).toBe(404);
    const body = { role: 'ops' };
    await good('createIdentityRole', { params: { id: rootId }, body });
    expect((await call('createIdentityRole', { params: { id: rootId }, body })).status).toBe(409);
  });

  test('leave the sets of packs to their packs', async () => {
    const { id } = await aPermissionSet([], 'acme.reader');
    await sql.query(`update permission_set set pack_ref = 'acme' where id = $1`, [id]);
    expect(
      (await call('updatePermissionSet', { params: { id }, body: { grants: [] } })).status,
    ).toBe(400);
    expect((await call('deletePermissionSet', { params: { id } })).status).toBe(400);
  });

  test('refuse constraints that nobody knows, which would never hold', async () => {
    const grants = [{ resource: 'keys', actions: ['read'], constraints: { team: 'a' } }];
    expect((await call('createPermissionSet', { body: { ref: 'a.b', grants } })).status).toBe(422);
  });

  test('bring what a role brings to those who have it, from the next call on', async () => {
    const id = await anIdentity({ login: 'rolf' });
    const token = await accessTokenOf(id);
    const { id: set } = await aPermissionSet([{ resource: 'rules', actions: ['read'] }]);
    expect((await call('listRules', { token })).status).toBe(403);
    const link = await good('createPermissionSetRole', {
      params: { id: set },
      body: { role: 'r' },
    });
    await good('createIdentityRole', { params: { id }, body: { role: 'r' } });
    expect((await call('listRules', { token })).status).toBe(200);
    await good('deletePermissionSetRole', { params: { id: link.id } });
    expect((await call('listRules', { token })).status).toBe(403);
  });

  test('show a list with the identities that the caller may see', async () => {
    const id = await anIdentity({
      login: 'peeker',
      grants: [{ resource: 'identities', actions: ['read'], constraints: { refs: ['root'] } }],
    });
    const token = await accessTokenOf(id);
    expect(await good('listIdentities', { token })).toMatchObject({
      items: [{ login: 'root' }],
      pagination: { total_items: 1 },
    });
    expect((await call('getIdentity', { params: { id }, token })).status).toBe(404);
  });

  test('never tell a password, its hash or the hash of a token', async () => {
    const answers = [
      await call('listIdentities', {}),
      await call('getIdentity', { params: { id: rootId } }),
      await call('listIntegrationTokens', { params: { id: rootId } }),
    ];
    for (const answer of answers) expect(await answer.text()).not.toMatch(/hash|no password fits/);
  });
});
