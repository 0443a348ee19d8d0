import { beforeAll, describe, expect, test } from 'vitest';
import { resolve } from 'node:path';
import { AppError } from '#lib/errors.ts';
import { identityActor } from '#server/auth/access-token.ts';
import { findIdentityByLogin } from '#server/auth/identities.ts';
import { deviceCookie, deviceCookieName, readDevice } from '#server/auth/login-device.ts';
import { checkLogin, type LoginOutcome } from '#server/auth/login.ts';
import { hashPassword } from '#server/auth/password.ts';
import { LOGIN_LIMITS } from '#server/auth/rate-limit.ts';
import { sql } from '#server/db/sql.ts';
import { changePassword } from '#server/identities/service.ts';

const PASSWORD = 'the right password of everybody here';
const TRIES = 40;

let hash = '';

const aPerson = async (login: string) => {
  await sql.query('insert into identity (login, password_hash) values ($1, $2)', [login, hash]);
  return login;
};

/** Over the route, as a client does. */
async function post(login: unknown, password: unknown): Promise<Response> {
  const file = resolve('app/auth/login/route.ts');
  const { POST } = (await import(/* @vite-ignore */ file)) as {
    POST: (request: Request, context: object) => Promise<Response>;
  };
  const request = new Request('http://localhost/auth/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'login-0001' },
    body: JSON.stringify({ login, password }),
  });
  return POST(request, { params: Promise.resolve({}) });
}

beforeAll(async () => {
  hash = await hashPassword(PASSWORD);
});

describe('a wrong login', () => {
  test('and a wrong password have the same answer and take the same time', async () => {
    for (let n = 0; n < TRIES; n++) await aPerson(`person${n}`);
    await post('warm', 'up');
    const times: Record<'wrong' | 'unknown', number[]> = { wrong: [], unknown: [] };
    const answers = new Set<string>();
    // In turns, so that whatever else the machine does falls on both.
    for (let n = 0; n < TRIES; n++) {
      for (const [kind, login] of [
        ['wrong', `person${n}`],
        ['unknown', `nobody${n}`],
      ] as const) {
        const startedAt = performance.now();
        const response = await post(login, 'a wrong password');
        times[kind].push(performance.now() - startedAt);
        answers.add(`${response.status} ${await response.text()}`);
      }
    }

    expect([...answers]).toEqual([
      '401 {"error":"Login and password do not fit.","code":"UNAUTHORIZED","request_id":"login-0001"}',
    ]);
    const ratio = median(times.wrong) / median(times.unknown);
    expect(ratio).toBeGreaterThan(0.75);
    expect(ratio).toBeLessThan(1.25);
  }, 120_000);
});

describe('guessing', () => {
  test.each(['known', 'unknown'])(
    'a login that is %s ends in 429 with the seconds to wait',
    async (kind) => {
      const login = kind === 'known' ? await aPerson('ada') : 'not-there';
      const statuses: number[] = [];
      for (let n = 0; n < LOGIN_LIMITS.here; n++)
        statuses.push((await post(login, `guess ${n}`)).status);
      const refused = await post(login, PASSWORD);

      expect(new Set(statuses)).toEqual(new Set([401]));
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800);
      expect(await refused.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    },
  );

  test('with a volley at once gets no more guesses than one after the other', async () => {
    const login = await aPerson('volley');
    const volleys = [];
    for (let n = 0; n < 4; n++) {
      volleys.push(
        ...(await Promise.all(
          Array.from({ length: 8 }, (_, i) => checkLogin(login, `g${n}-${i}`)),
        )),
      );
    }
    expect(volleys.filter(({ kind }) => kind === 'refused')).toHaveLength(LOGIN_LIMITS.here);
  });

  test('does not lock out a browser that had logged in, nor is it longer for those who go on', async () => {
    const login = await aPerson('owner');
    const cookie = deviceCookie(login)
      .split(';')[0]
      ?.slice(deviceCookieName().length + 1);
    for (let n = 0; n < LOGIN_LIMITS.here; n++) await checkLogin(login, 'guess');
    const first = await checkLogin(login, PASSWORD);
    for (let n = 0; n < 30; n++) await checkLogin(login, 'guess');
    const last = await checkLogin(login, PASSWORD);

    expect(first.kind).toBe('limited');
    expect(last.kind).toBe('limited');
    expect(waitOf(last)).toBeLessThanOrEqual(waitOf(first));
    expect((await checkLogin(login, PASSWORD, { deviceCookie: cookie })).kind).toBe('ok');
  });
});

describe('guessing the password with a stolen session', () => {
  const change = async (login: string, current: string) => {
    const identity = await findIdentityByLogin(sql, login);
    if (identity === null) throw new Error(`There is no ${login}`);
    const actor = identityActor(identity, 'session', null);
    return changePassword(actor, current, 'another long password').then(
      () => 'changed',
      (error: unknown) => (error instanceof AppError ? error.code : error),
    );
  };

  test('ends as it does at the login, and guesses here and there count together', async () => {
    const login = await aPerson('robbed');
    for (let n = 0; n < LOGIN_LIMITS.here / 2; n++) await checkLogin(login, 'guess');
    const answers = [];
    for (let n = 0; n < LOGIN_LIMITS.here / 2; n++) answers.push(await change(login, `guess ${n}`));

    expect(new Set(answers)).toEqual(new Set(['VALIDATION_ERROR']));
    expect(await change(login, PASSWORD)).toBe('TOO_MANY_REQUESTS');
    expect((await checkLogin(login, PASSWORD)).kind).toBe('limited');
  });

  test('gets no more guesses by a volley at once', async () => {
    const login = await aPerson('robbed at once');
    const answers = [];
    for (let n = 0; n < 3; n++)
      answers.push(...(await Promise.all(Array.from({ length: 8 }, () => change(login, 'guess')))));
    expect(answers.filter((answer) => answer === 'VALIDATION_ERROR')).toHaveLength(
      LOGIN_LIMITS.here,
    );
    expect(answers.filter((answer) => answer === 'TOO_MANY_REQUESTS')).toHaveLength(
      answers.length - LOGIN_LIMITS.here,
    );
  });
});

describe('the cookie of a known browser', () => {
  test('counts for its own login and only as it was signed', () => {
    const value =
      deviceCookie('ada')
        .split(';')[0]
        ?.slice(deviceCookieName().length + 1) ?? '';
    expect(readDevice(value, 'ada')).toMatch(/^[\w-]{16}$/);
    expect(readDevice(value, 'eve')).toBeNull();
    const forgeries = [
      undefined,
      '',
      'x',
      `A${value.slice(1)}`,
      `${value.slice(0, -2)}zz`,
      `${value}.x`,
    ];
    for (const forged of forgeries.filter((one) => one !== value))
      expect(readDevice(forged, 'ada')).toBeNull();
  });

  test('is kept from scripts and other sites', () => {
    expect(deviceCookie('ada')).toMatch(/; HttpOnly; SameSite=Lax$/);
  });
});

test('what no identity can be called is refused and stores nothing', async () => {
  const count = async () => (await sql.query('select 1 from audit_event')).length;
  const before = await count();
  for (const login of ['a\0b', '\uD800', 'x'.repeat(201)])
    expect((await checkLogin(login, 'p')).kind).toBe('refused');
  expect((await checkLogin('ada', 'x'.repeat(1_001))).kind).toBe('refused');
  expect(await count()).toBe(before);
});

test('passwords are kept as argon2id with at least what OWASP asks for', () => {
  const [, kind, , settings = ''] = hash.split('$');
  const [, memory, passes, lanes] = /^m=(\d+),t=(\d+),p=(\d+)$/.exec(settings) ?? [];
  expect(kind).toBe('argon2id');
  expect(Number(memory)).toBeGreaterThanOrEqual(19_456);
  expect(Number(passes)).toBeGreaterThanOrEqual(2);
  expect(Number(lanes)).toBe(1);
});

const waitOf = (outcome: LoginOutcome): number =>
  outcome.kind === 'limited' ? outcome.retryAfterSeconds : 0;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
