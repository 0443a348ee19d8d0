import { beforeEach, describe, expect, test } from 'vitest';
import { verifyAccessToken } from '#server/auth/access-token.ts';
import { hashPassword } from '#server/auth/password.ts';
import { sql } from '#server/db/sql.ts';
import { anIdentity } from '#test/identities.ts';
import { logIn, refreshTokens } from './service.ts';

const PASSWORD = 'a password that is long enough';
let login = '';
let made = 0;

beforeEach(async () => {
  made += 1;
  login = `mira${made}`;
  await anIdentity({ login, passwordHash: await hashPassword(PASSWORD) });
});

const audited = (eventType: string) =>
  sql.query('select 1 from audit_event where event_type = $1 and actor_login = $2', [
    eventType,
    login,
  ]);

describe('a refresh token', () => {
  test('is traded once: its successor works, and shown again it ends both', async () => {
    const first = await logIn(login, PASSWORD, null);
    const second = await refreshTokens(first.refresh_token);
    await expect(verifyAccessToken(second.access_token, null)).resolves.toMatchObject({ login });
    await expect(refreshTokens(first.refresh_token)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
    await expect(refreshTokens(second.refresh_token)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
    expect(await audited('auth.refresh_reused')).toHaveLength(1);
  });

  test('that eight show at once is traded by one of them, and its family ends', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { refresh_token: token } = await logIn(login, PASSWORD, null);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, () => refreshTokens(token)),
      );
      const won = outcomes.flatMap((outcome) =>
        outcome.status === 'fulfilled' ? [outcome.value] : [],
      );
      expect(won).toHaveLength(1);
      await expect(refreshTokens(won[0]?.refresh_token ?? '')).rejects.toMatchObject({
        code: 'UNAUTHORIZED',
      });
    }
    const alive = await sql.query(
      `select 1 from refresh_token t join identity i on i.id = t.identity_id where i.login = $1 and revoked_at is null`,
      [login],
    );
    expect(alive).toEqual([]);
  });

  test('ends no other family than its own', async () => {
    const [one, other] = [await logIn(login, PASSWORD, null), await logIn(login, PASSWORD, null)];
    await refreshTokens(one.refresh_token);
    await expect(refreshTokens(one.refresh_token)).rejects.toBeDefined();
    await expect(refreshTokens(other.refresh_token)).resolves.toBeDefined();
  });

  test('is no access token, and an access token refreshes nothing', async () => {
    const { access_token, refresh_token } = await logIn(login, PASSWORD, null);
    await expect(verifyAccessToken(refresh_token, null)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
    await expect(refreshTokens(access_token)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });
});
