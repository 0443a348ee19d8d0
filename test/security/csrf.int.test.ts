import { encode } from 'next-auth/jwt';
import { beforeAll, describe, expect, test } from 'vitest';
import { CORE_PERMISSION_SETS } from '#lib/domain/core-permission-sets.ts';
import { loginVisit } from '#server/auth/login-visit.ts';
import { authOptions } from '#server/auth/session.ts';
import { sql } from '#server/db/sql.ts';
import { callRoute, mutations, ORIGIN } from './routes.ts';

const FOREIGN: readonly [what: string, headers: Record<string, string>][] = [
  ['another origin', { origin: 'https://evil.example' }],
  ['another port of this host', { origin: 'http://127.0.0.1:9999' }],
  ['an opaque origin', { origin: 'null' }],
  ['no origin at all', {}],
  ['another site by its own word', { 'sec-fetch-site': 'cross-site' }],
  ['a sibling site', { 'sec-fetch-site': 'same-site', origin: ORIGIN }],
  ['another site that names our origin', { 'sec-fetch-site': 'cross-site', origin: ORIGIN }],
  ['an address bar', { 'sec-fetch-site': 'none' }],
];

/** Without those that take no cookie: there is nothing to forge. */
const closed = mutations.filter(({ access }) => access !== 'anyone');

let cookie = '';

beforeAll(async () => {
  await sql.query(`insert into permission_set (ref, grants) values ('core.admin', $1::jsonb)`, [
    JSON.stringify(CORE_PERMISSION_SETS.find(({ ref }) => ref === 'core.admin')?.grants),
  ]);
  await sql.query(`insert into identity (id, login) values (1, 'root')`);
  await sql.query(
    `insert into permission_assignment (identity_id, permission_set_id) select 1, id from permission_set`,
  );
  const options = authOptions(loginVisit(new Request(ORIGIN)));
  const token = await encode({
    token: { sub: '1', name: 'root', epoch: 0 },
    secret: options.secret ?? '',
  });
  cookie = `${options.cookies?.sessionToken?.name}=${token}`;
});

/** The rows of every table but the records of what was refused. */
async function contents(): Promise<unknown> {
  const tables = await sql.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not in ('audit_event', 'audit_refusal')
     order by 1`,
  );
  const all: Record<string, unknown> = {};
  for (const { name } of tables) {
    const [row] = await sql.query<{ digest: string }>(
      `select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as digest from "${name}" t`,
    );
    all[name] = row?.digest;
  }
  return all;
}

describe.each(FOREIGN)('a cookie with %s', (_, headers) => {
  test('is refused by every operation that may change something, and nothing changes', async () => {
    const before = await contents();
    const answers = [];
    for (const operation of closed) {
      const { status } = await callRoute(operation, { cookie, ...headers });
      if (status !== 403) answers.push([operation.id, status]);
    }
    expect(answers).toEqual([]);
    expect(await contents()).toEqual(before);
  });
});

test.each([
  ['its own word', { 'sec-fetch-site': 'same-origin' }],
  ['our origin', { origin: ORIGIN }],
])('a cookie counts for our own pages, by %s', async (_, headers) => {
  const me = mutations.find(({ id }) => id === 'updateCurrentUser');
  if (me === undefined) throw new Error('There is no such operation');
  const response = await callRoute(
    me,
    { cookie, ...headers, 'content-type': 'application/json' },
    { body: '{"display_name":"Root"}' },
  );
  expect(response.status).toBe(200);
});

describe('cookies', () => {
  test('are kept from scripts and other sites, and Secure exactly when we are https', () => {
    const { cookies, useSecureCookies } = authOptions(loginVisit(new Request(ORIGIN)));
    for (const { name, options } of Object.values(cookies ?? {})) {
      expect(name).not.toMatch(/^__Secure-/);
      expect(options).toEqual({ httpOnly: true, sameSite: 'lax', path: '/', secure: false });
    }
    expect(useSecureCookies).toBe(false);
  });
});

describe('every answer', () => {
  test('lets no other origin read it, is not sniffed, framed or kept', async () => {
    const problems = [];
    for (const operation of mutations) {
      const { headers } = await callRoute(operation, { origin: 'https://evil.example' });
      const told = [...headers.keys()].filter((name) => name.startsWith('access-control-'));
      const policy = headers.get('content-security-policy') ?? '';
      if (
        told.length > 0 ||
        headers.get('x-content-type-options') !== 'nosniff' ||
        headers.get('x-frame-options') !== 'DENY' ||
        !policy.includes("default-src 'none'") ||
        headers.get('cache-control') !== 'no-store'
      )
        problems.push([operation.id, Object.fromEntries(headers)]);
    }
    expect(problems).toEqual([]);
  });
});
