import { createServer } from 'node:http';
import { Socket } from 'node:net';
import { once } from 'node:events';
import { exportJWK } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { operations } from '#lib/contracts/index.ts';
import type { Operation } from '#lib/contracts/operation.ts';
import { mintAccessToken } from '#server/auth/access-token.ts';
import { AUDIENCE, issuer } from '#server/auth/claims.ts';
import { sql } from '#server/db/sql.ts';
import { claimAttempts } from '#server/executions/claim.ts';
import { createExecution } from '#server/executions/service.ts';
import { settleAttempt } from '#server/executions/settle.ts';
import { userWho } from '#test/actors.ts';
import { done, jobFor } from '#test/attempts.ts';
import { anAction, aWorker } from '#test/catalogue.ts';
import { byStranger, forgeries, HEADER, KID, scene, stranger, token, worker } from './forgeries.ts';
import { callRoute } from './routes.ts';

const READ = operations.find(({ id }) => id === 'listExecutions') as Operation;

let executionId = 0;
let workerId = 0;

const touched: string[] = [];
const listener = createServer((request, response) => {
  touched.push(request.url ?? '');
  response.end('{"keys":[]}');
});

const connect = vi.spyOn(Socket.prototype, 'connect');

/** Where this process has opened connections to: paths of sockets, or `host:port`. */
const connections = (): string[] =>
  connect.mock.calls.map((call: readonly unknown[]) => {
    // `net.connect` hands its arguments on as one list.
    const [to, host] = (Array.isArray(call[0]) ? call[0] : call) as readonly unknown[];
    if (typeof to === 'string') return to;
    if (typeof to === 'number') return `${host as string}:${to}`;
    const options = to as { path?: string; host?: string; port?: number };
    return options.path ?? `${options.host}:${options.port}`;
  });

const secondsOf = (time: Date | string): number => Math.floor(new Date(time).getTime() / 1_000);

async function aRunningAttempt() {
  const ada = userWho('actions:execute', 'executions:read');
  const { id } = await createExecution(ada, {
    action_ref: await anAction(),
    parameters: {},
    env_vars: {},
  });
  const [attempt] = await claimAttempts({ workerId, keyId: KID }, [jobFor(id)]);
  if (attempt === undefined) throw new Error('nothing was claimed');
  const at = secondsOf(attempt.token.issued_at);
  return {
    attempt,
    claims: {
      iss: issuer(),
      aud: AUDIENCE,
      jti: attempt.token.jti,
      sub: String(id),
      token_type: 'execution',
      scope: attempt.token.scopes,
      iat: at,
      nbf: at,
      exp: secondsOf(attempt.token.expires_at),
    },
  };
}

beforeAll(async () => {
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  scene.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  workerId = await aWorker();
  await sql.query('insert into signing_key (kid, worker_id, public_jwk) values ($1, $2, $3)', [
    KID,
    workerId,
    JSON.stringify(await exportJWK(worker.publicKey)),
  ]);
  await sql.query('insert into signing_key (kid, worker_id, public_jwk) values ($1, $2, $3)', [
    'worker-2-test',
    workerId,
    JSON.stringify(await exportJWK(stranger.publicKey)),
  ]);
  await sql.query(`insert into identity (id, login) values (1, 'ada')`);
  scene.claims = (await aRunningAttempt()).claims;
  executionId = Number(scene.claims.sub);
});

afterAll(() => {
  listener.close();
});

afterEach(() => {
  vi.useRealTimers();
});

const ask = (value: string, headers: Record<string, string> = {}) =>
  callRoute(READ, { authorization: `Bearer ${value}`, 'x-request-id': 'attack-0001', ...headers });

const UNIFORM =
  '{"error":"Invalid authentication token","code":"UNAUTHORIZED","request_id":"attack-0001"}';

describe('a token with', () => {
  test.each(forgeries)('%s is refused with the one answer that all get', async (_, make) => {
    const response = await ask(await make());
    expect([response.status, await response.text()]).toEqual([401, UNIFORM]);
  });

  test("none of these caused a request to anywhere, nor a connection but the database's", async () => {
    expect(touched).toEqual([]);
    const databaseDir = new URL(process.env['DATABASE_URL'] ?? '').searchParams.get('host');
    const elsewhere = () => connections().filter((to) => !to.startsWith(databaseDir ?? 'nowhere'));
    expect(elsewhere()).toEqual([]);

    await fetch(scene.url); // so that we know that one would have been noticed
    expect(elsewhere()).toEqual([scene.url.replace('http://', '')]);
  });
});

describe('a good token', () => {
  test('is accepted, so that the refusals above have a cause', async () => {
    expect((await ask(token(HEADER, scene.claims))).status).toBe(200);
    expect(
      (await ask(await mintAccessToken({ id: 1, login: 'ada', session_epoch: 0 }))).status,
    ).toBe(403);
  });

  const spelled: readonly [what: string, value: (good: string) => string, status: number][] = [
    ['bearer in lower case', (good) => `bearer ${good}`, 200],
    ['two tokens in one header', (good) => `Bearer ${good}, Bearer ${good}`, 401],
    ['two blanks', (good) => `Bearer  ${good}`, 401],
    ['a tab', (good) => `Bearer\t${good}`, 401],
    ['no scheme', (good) => good, 401],
    ['another scheme', (good) => `Basic ${good}`, 401],
    ['quotes', (good) => `Bearer "${good}"`, 401],
    ['a comma', (good) => `Bearer ${good},`, 401],
    ['a no-break space', (good) => `Bearer\u00A0${good}`, 401],
    ['a letter from beyond ASCII', (good) => `Bearer ${good}\u00E9`, 401],
    ['padding', (good) => `Bearer ${good}=`, 401],
  ];

  test.each(spelled)('written with %s', async (_, value, status) => {
    const headers = {
      authorization: value(token(HEADER, scene.claims)),
      'x-request-id': 'attack-0001',
    };
    const response = await callRoute(READ, headers);
    const answer = await response.text();
    expect([response.status, answer === UNIFORM]).toEqual([status, status === 401]);
  });

  test('in two Authorization headers is refused', async () => {
    const headers = new Headers({ 'x-request-id': 'attack-0001' });
    headers.append('authorization', `Bearer ${token(HEADER, scene.claims)}`);
    headers.append('authorization', `Bearer ${token(HEADER, scene.claims)}`);
    expect((await callRoute(READ, headers)).status).toBe(401);
  });

  test('in the address or in a cookie is not seen', async () => {
    const good = token(HEADER, scene.claims);
    for (const name of ['token', 'access_token', 'authorization', 'api_key', 'jwt'])
      expect((await callRoute(READ, {}, { query: `?${name}=${good}` })).status).toBe(401);
    for (const name of ['token', 'access_token', 'attune-session-3000', 'Authorization'])
      expect((await callRoute(READ, { cookie: `${name}=${good}` })).status).toBe(401);
  });

  test('with a claim twice is worth what its own row says, whichever of the two is read', async () => {
    const other = await aRunningAttempt();
    const text = JSON.stringify(scene.claims);
    const twice = `${text.slice(0, -1)},"sub":"${other.claims.sub}"}`;
    const response = await ask(token(HEADER, twice));
    const { items } = (await response.json()) as { items: { id: number }[] };
    expect(items.map(({ id }) => id)).toEqual([executionId]);
  });
});

describe('the clock', () => {
  test.each(['1999-01-01T00:00:00Z', '2099-01-01T00:00:00Z'])(
    'of the process may say %s: only the database decides',
    async (at) => {
      const good = token(HEADER, scene.claims);
      const ended = await aRunningAttempt();
      await sql.query(`update token set expires_at = now() - interval '1 second' where jti = $1`, [
        ended.claims.jti,
      ]);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(at) });
      expect((await ask(good)).status).toBe(200);
      const expired = await ask(token(HEADER, ended.claims));
      expect([expired.status, await expired.json()]).toMatchObject([
        401,
        { details: { reason: 'expired' } },
      ]);
    },
  );

  test.each([
    ['expired by its own claim', { exp: 1 }],
    ['expired before there was time', { exp: -1 }],
    ['not yet valid by its own claim', { nbf: 9_999_999_999 }],
  ])('of the database is asked about a token that is %s', async (_, change) => {
    const response = await ask(token(HEADER, { ...scene.claims, ...change }));
    expect([response.status, await response.json()]).toMatchObject([
      401,
      { error: 'Invalid authentication token', details: { reason: 'expired' } },
    ]);
  });

  test('in the token cannot make it live longer than its row', async () => {
    const other = await aRunningAttempt();
    await sql.query('update token set expires_at = now() where jti = $1', [other.claims.jti]);
    const forever = { ...other.claims, exp: Number.MAX_SAFE_INTEGER };
    expect((await ask(token(HEADER, forever))).status).toBe(401);
  });
});

test('the reason is told only when the signature was good', async () => {
  const { claims: ended, attempt } = await aRunningAttempt();
  await settleAttempt(attempt, done);
  const good = await ask(token(HEADER, ended));
  expect(await good.json()).toMatchObject({ details: { reason: 'execution_ended' } });
  expect(await (await ask(token(HEADER, ended, byStranger))).text()).toBe(UNIFORM);
});

test('a key that was retired opens nothing, not even with the id of a token of a newer one', async () => {
  const { claims: running } = await aRunningAttempt();
  await sql.query(`update signing_key set retired_at = now() where kid = 'worker-2-test'`);
  const response = await ask(token({ ...HEADER, kid: 'worker-2-test' }, running, byStranger));
  expect(await response.text()).toBe(UNIFORM);
});

test('no attack costs more than three times what a valid call costs', async () => {
  const good = token(HEADER, scene.claims);
  const values = await Promise.all(
    forgeries.map(async ([what, make]) => [what, await make()] as const),
  );
  for (let n = 0; n < 20; n++) await ask(good);
  const dear = [];
  for (const [what, value] of values) {
    const ratio = await cheapestRatio(value, good);
    if (ratio > 3) dear.push([what, ratio]);
  }
  expect(dear).toEqual([]);
});

/** Measured side by side, again where it was too much: the machine may have been busy with something else. */
async function cheapestRatio(value: string, good: string): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < 4 && least > 3; round++)
    least = Math.min(least, (await medianMs(value)) / (await medianMs(good)));
  return least;
}

async function medianMs(value: string): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 11; n++) {
    const startedAt = performance.now();
    await (await ask(value)).arrayBuffer();
    times.push(performance.now() - startedAt);
  }
  return times.toSorted((a, b) => a - b)[5] ?? 0;
}
