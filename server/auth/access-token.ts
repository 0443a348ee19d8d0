import { randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { sql } from '#server/db/sql.ts';
import type { IdentityActor } from './actor.ts';
import { ACCESS_SECONDS, AUDIENCE, issuer, REFRESH_SECONDS, refused } from './claims.ts';
import { findIdentity, type IdentityRow } from './identities.ts';
import { sessionKey } from './keys.ts';

const ACCESS_TYPE = 'attune-access+jwt';
const REFRESH_TYPE = 'attune-refresh+jwt';

const AccessClaims = z.object({ sub: z.string().regex(/^\d+$/), epoch: z.int() });
const RefreshClaims = z.object({ sub: z.string().regex(/^\d+$/), jti: z.uuid(), epoch: z.int() });

interface Subject {
  readonly id: number;
  readonly login: string;
  readonly session_epoch: number;
}

/** An access token for a person or client, 1 h. */
export const mintAccessToken = (identity: Subject): Promise<string> =>
  new SignJWT({ login: identity.login, token_type: 'access', epoch: identity.session_epoch })
    .setProtectedHeader({ alg: 'HS256', typ: ACCESS_TYPE })
    .setIssuer(issuer())
    .setAudience(AUDIENCE)
    .setSubject(String(identity.id))
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${ACCESS_SECONDS}s`)
    .sign(sessionKey('access'));

/** The token of one row of `refresh_token`; the row decides whether it counts. */
export const mintRefreshToken = (identity: Subject, jti: string): Promise<string> =>
  new SignJWT({ login: identity.login, token_type: 'refresh', epoch: identity.session_epoch })
    .setProtectedHeader({ alg: 'HS256', typ: REFRESH_TYPE })
    .setIssuer(issuer())
    .setAudience(AUDIENCE)
    .setSubject(String(identity.id))
    .setJti(jti)
    .setIssuedAt()
    .setExpirationTime(`${REFRESH_SECONDS}s`)
    .sign(sessionKey('refresh'));

/**
 * Who shows an access token. The identity is read anew at each call: what was frozen or taken away is gone.
 *
 * @throws AppError `UNAUTHORIZED`
 */
export async function verifyAccessToken(
  value: string,
  address: string | null,
): Promise<IdentityActor> {
  const claims = AccessClaims.safeParse(await verify(value, 'access', ACCESS_TYPE));
  if (!claims.success) throw refused('malformed', { signed: false });
  const identity = await currentIdentity(Number(claims.data.sub), claims.data.epoch);
  return identityActor(identity, 'access', address);
}

/** @throws AppError `UNAUTHORIZED` */
export async function readRefreshToken(
  value: string,
): Promise<{ jti: string; identityId: number; epoch: number }> {
  const claims = RefreshClaims.safeParse(await verify(value, 'refresh', REFRESH_TYPE));
  if (!claims.success) throw refused('malformed', { signed: false });
  return { jti: claims.data.jti, identityId: Number(claims.data.sub), epoch: claims.data.epoch };
}

/**
 * An identity that may act now.
 *
 * @throws AppError `UNAUTHORIZED` when it is gone, frozen, or has ended its older sessions
 */
export async function currentIdentity(id: number, epoch: number): Promise<IdentityRow> {
  const identity = await findIdentity(sql, id);
  if (identity === null) throw refused('revoked', { signed: true });
  if (identity.frozen) throw refused('frozen', { signed: true });
  if (identity.session_epoch !== epoch) throw refused('session_ended', { signed: true });
  return identity;
}

export const identityActor = (
  identity: IdentityRow,
  via: IdentityActor['via'],
  address: string | null,
): IdentityActor => ({
  kind: 'identity',
  identityId: identity.id,
  login: identity.login,
  grants: identity.grants,
  via,
  address,
});

async function verify(value: string, purpose: 'access' | 'refresh', typ: string): Promise<unknown> {
  try {
    const { payload } = await jwtVerify(value, sessionKey(purpose), {
      algorithms: ['HS256'],
      typ,
      issuer: issuer(),
      audience: AUDIENCE,
    });
    return payload;
  } catch (cause) {
    const expired = cause instanceof Error && 'code' in cause && cause.code === 'ERR_JWT_EXPIRED';
    throw refused(expired ? 'expired' : 'bad_signature', { signed: expired });
  }
}
