import { randomUUID } from 'node:crypto';
import type { CurrentUser, TokenResponse } from '#lib/contracts/auth.ts';
import { AppError, unprocessable } from '#lib/errors.ts';
import { by } from '#server/audit/by.ts';
import { recordAudit } from '#server/audit/record.ts';
import { mintAccessToken, mintRefreshToken, readRefreshToken } from '#server/auth/access-token.ts';
import type { Actor } from '#server/auth/actor.ts';
import { ACCESS_SECONDS, REFRESH_SECONDS, refused } from '#server/auth/claims.ts';
import { findIdentity, findIdentityByLogin, type IdentityRow } from '#server/auth/identities.ts';
import { checkLogin, confirmPassword } from '#server/auth/login.ts';
import { hashPassword } from '#server/auth/password.ts';
import { inTransaction, type Sql, sql, type Tx } from '#server/db/sql.ts';
import { writePassword } from './sessions.ts';

/** @throws AppError `UNAUTHORIZED` (login and password do not fit), `TOO_MANY_REQUESTS` */
export async function logIn(
  login: string,
  password: string,
  address: string | null,
): Promise<TokenResponse> {
  const outcome = await checkLogin(login, password, { address });
  if (outcome.kind === 'busy' || outcome.kind === 'limited') throw tryLater(outcome);
  if (outcome.kind === 'refused')
    throw new AppError('UNAUTHORIZED', 'Login and password do not fit.');
  return issue(sql, outcome.identity, randomUUID());
}

function tryLater({ kind, retryAfterSeconds }: { kind: string; retryAfterSeconds: number }) {
  const why = kind === 'busy' ? 'Too many logins at once' : 'Too many wrong passwords';
  const message = `${why}. Try again in ${retryAfterSeconds} s.`;
  return new AppError('TOO_MANY_REQUESTS', message, { retryAfterSeconds });
}

/**
 * Trades a refresh token for new ones. A token that was used before is in somebody else's hands too: its whole family
 * ends, for both.
 *
 * @throws AppError `UNAUTHORIZED`
 */
export async function refreshTokens(refreshToken: string): Promise<TokenResponse> {
  const { jti: shown, identity } = await readRefreshToken(refreshToken);
  const outcome = await inTransaction(async (tx) => {
    const [row] = await tx.query<{ family: string }>(
      `update refresh_token set used_at = now()
       where jti = $1 and used_at is null and revoked_at is null and expires_at > now() returning family`,
      [shown],
    );
    if (row !== undefined) {
      await recordRefresh(tx, identity, 'success', 'auth.refreshed');
      return issue(tx, identity, row.family);
    }
    const ended = await tx.query(
      `update refresh_token set revoked_at = now()
       where family = (select family from refresh_token where jti = $1) and revoked_at is null returning 1`,
      [shown],
    );
    // Once for a family: showing the token again and again changes nothing more.
    if (ended.length > 0) await recordRefresh(tx, identity, 'denied', 'auth.refresh_reused');
    return null;
  });
  if (outcome === null) throw refused('revoked', { signed: true });
  return outcome;
}

const recordRefresh = (
  tx: Tx,
  { id, login }: IdentityRow,
  outcome: 'success' | 'denied',
  eventType: string,
): Promise<void> =>
  recordAudit(tx, {
    category: 'auth',
    eventType,
    outcome,
    actor: { id, login, kind: 'refresh', address: null },
    resource: { type: 'identity', id, ref: login },
  });

async function issue(on: Sql, identity: IdentityRow, family: string): Promise<TokenResponse> {
  const jti = randomUUID();
  await on.query(
    `insert into refresh_token (jti, family, identity_id, expires_at) values ($1, $2, $3, now() + make_interval(secs => $4))`,
    [jti, family, identity.id, REFRESH_SECONDS],
  );
  return {
    access_token: await mintAccessToken(identity),
    refresh_token: await mintRefreshToken(identity, jti),
    token_type: 'Bearer',
    expires_in: ACCESS_SECONDS,
    user: { id: identity.id, login: identity.login, display_name: identity.display_name },
  };
}

/** Who the caller is and what all their permission sets add up to. */
export async function getCurrentUser(actor: Actor): Promise<CurrentUser> {
  const identity = actor.kind === 'identity' ? await findIdentity(sql, actor.identityId) : null;
  if (identity === null) throw refused('revoked', { signed: true });
  const permissions = new Map<string, Set<string>>();
  // What the caller shows may hold less than the identity: a restricted API token.
  for (const { resource, actions } of actor.kind === 'identity' ? actor.grants : []) {
    permissions.set(resource, new Set([...(permissions.get(resource) ?? []), ...actions]));
  }
  return {
    id: identity.id,
    login: identity.login,
    display_name: identity.display_name,
    auth_provider: 'local',
    is_local: true,
    can_change_password: identity.password_hash !== null,
    assigned_permission_set_refs: identity.permission_set_refs,
    effective_permissions: [...permissions].map(([resource, actions]) => ({
      resource,
      actions: [...actions],
    })),
  };
}

/** @param displayName undefined leaves it; null or nothing empties it */
export async function updateCurrentUser(
  actor: Actor,
  displayName: string | null | undefined,
): Promise<CurrentUser> {
  if (actor.kind !== 'identity') throw refused('revoked', { signed: true });
  if (displayName === undefined) return getCurrentUser(actor);
  await inTransaction(async (tx) => {
    await tx.query(
      `update identity set display_name = nullif($2, ''), updated = now() where id = $1`,
      [actor.identityId, displayName],
    );
    await recordAudit(tx, {
      category: 'auth',
      eventType: 'auth.profile_changed',
      outcome: 'success',
      ...by(actor),
      resource: { type: 'identity', id: actor.identityId, ref: actor.login },
    });
  });
  return getCurrentUser(actor);
}

/**
 * Every session, access and refresh token of the identity ends, the caller's included; API tokens are revoked one by one.
 *
 * @throws AppError `VALIDATION_ERROR` when the current password is wrong, `TOO_MANY_REQUESTS` after too many wrong ones
 */
export async function changePassword(actor: Actor, current: string, next: string): Promise<void> {
  if (actor.kind !== 'identity') throw refused('revoked', { signed: true });
  const identity = await findIdentity(sql, actor.identityId);
  if (identity === null) throw refused('revoked', { signed: true });
  const { via, address } = actor;
  const outcome = await confirmPassword(identity, current, { kind: via, address });
  if (outcome.kind === 'limited' || outcome.kind === 'busy') throw tryLater(outcome);
  if (outcome.kind === 'wrong') {
    throw unprocessable('The password was not changed.', [
      { path: 'body.current_password', message: 'is not your password' },
    ]);
  }
  await setPassword(actor, identity.login, next);
}

/**
 * Sets a password and ends every session of its identity; for the command line too.
 *
 * @returns false when there is no such login
 */
export async function setPassword(actor: Actor, login: string, password: string): Promise<boolean> {
  const hash = await hashPassword(password);
  return inTransaction(async (tx) => {
    const identity = await findIdentityByLogin(tx, login);
    if (identity === null) return false;
    await writePassword(tx, identity.id, hash);
    await recordAudit(tx, {
      category: 'auth',
      eventType: 'auth.password_changed',
      outcome: 'success',
      ...by(actor),
      resource: { type: 'identity', id: identity.id, ref: login },
    });
    return true;
  });
}
