import { SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { logIn, refreshTokens } from '#server/identities/service.ts';
import { anIdentity } from '#test/identities.ts';
import { verifyAccessToken } from './access-token.ts';
import { AUDIENCE, issuer } from './claims.ts';
import { sessionKey } from './keys.ts';
import { hashPassword } from './password.ts';

const PASSWORD = 'a password that is long enough';
const LOGIN = 'iris';
let id = 0;

beforeAll(async () => {
  id = await anIdentity({ login: LOGIN, passwordHash: await hashPassword(PASSWORD) });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Signed by us, with an end of its own. */
const signed = (purpose: 'access' | 'refresh', exp: unknown, jti: string = crypto.randomUUID()) =>
  new SignJWT({ epoch: 0, token_type: purpose, exp: exp as number })
    .setProtectedHeader({ alg: 'HS256', typ: `attune-${purpose}+jwt` })
    .setIssuer(issuer())
    .setAudience(AUDIENCE)
    .setSubject(String(id))
    .setJti(jti)
    .sign(sessionKey(purpose));

async function databaseSeconds(): Promise<number> {
  const [row] = await sql.query<{ now: number }>('select extract(epoch from now())::int as now');
  return row?.now ?? 0;
}

describe.each(['1999-01-01T00:00:00Z', '2099-01-01T00:00:00Z'])(
  'while the clock of the process says %s',
  (at) => {
    test('access and refresh tokens are made and taken by the clock of the database', async () => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(at) });
      const first = await logIn(LOGIN, PASSWORD, null);
      const next = await refreshTokens(first.refresh_token);
      vi.useRealTimers();

      for (const { access_token: token } of [first, next])
        await expect(verifyAccessToken(token, null)).resolves.toMatchObject({ login: LOGIN });
      const claims = next.access_token.split('.')[1] ?? '';
      const { iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
        iat: number;
        exp: number;
      };
      expect(exp - iat).toBe(3_600);
      expect(Math.abs(iat - (await databaseSeconds()))).toBeLessThan(10);
    });

    test('one that has expired is refused with that reason, and one that has not is taken', async () => {
      const now = await databaseSeconds();
      vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(at) });
      const over = { code: 'UNAUTHORIZED', details: { reason: 'expired' } };
      const [past, future] = [now - 1, now + 60];

      await expect(verifyAccessToken(await signed('access', past), null)).rejects.toMatchObject(
        over,
      );
      await expect(refreshTokens(await signed('refresh', past))).rejects.toMatchObject(over);
      await expect(verifyAccessToken(await signed('access', future), null)).resolves.toMatchObject({
        login: LOGIN,
      });
    });
  },
);

test.each([undefined, '9999999999', 9_999_999_999.5, 1e300, null])(
  'a token of a person whose end is %s is no token',
  async (exp) => {
    const token = await signed('access', exp).catch(() => '');
    await expect(verifyAccessToken(token, null)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      details: undefined,
    });
  },
);
