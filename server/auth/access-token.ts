import { randomUUID } from 'node:crypto';
import { compactVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { sql } from '#server/db/sql.ts';
import type { IdentityActor } from './actor.ts';
import { ACCESS_SECONDS, AUDIENCE, issuer, REFRESH_SECONDS, refused } from './claims.ts';
import { findIdentity, type IdentityRow } from './identities.ts';
import { sessionKey } from './keys.ts';

type Purpose = 'access' | 'refresh';

const TYPE = { access: 'attune-access+jwt', refresh: 'attune-refresh+jwt' } as const;
const SECONDS = { access: ACCESS_SECONDS, refresh: REFRESH_SECONDS } as const;

const AccessClaims = z.object({
  aud: z.literal(AUDIENCE),
  iss: z.string(),
  sub: z.string().regex(/^\d{1,16}$/),
  epoch: z.int(),
  exp: z.int(),
});
const RefreshClaims = AccessClaims.extend({ jti: z.uuid() });

interface Subject {
  readonly id: number;
  readonly login: string;
  readonly session_epoch: number;
}

/** An access token for a person or client, 1 h. */
export const mintAccessToken = (identity: Subject): Promise<string> =>
  mint('access', identity, randomUUID());

/** The token of one row of `refresh_token`; the row decides whether it counts. */
export const mintRefreshToken = (identity: Subject, jti: string): Promise<string> =>
  mint('refresh', identity, jti);

async function mint(purpose: Purpose, identity: Subject, jti: string): Promise<string> {
  const now = await databaseSeconds();
  return new SignJWT({ login: identity.login, token_type: purpose, epoch: identity.session_epoch })
    .setProtectedHeader({ alg: 'HS256', typ: TYPE[purpose] })
    .setIssuer(issuer())
    .setAudience(AUDIENCE)
    .setSubject(String(identity.id))
    .setJti(jti)
    .setIssuedAt(Math.floor(now))
    .setExpirationTime(Math.floor(now) + SECONDS[purpose])
    .sign(sessionKey(purpose));
}

/** Every time in a token is the database's, whose clock judges it: a process may go wrong by years. */
async function databaseSeconds(): Promise<number> {
  const [row] = await sql.query<{ now: number }>(
    'select extract(epoch from clock_timestamp())::float8 as now',
  );
  if (row === undefined) throw new Error('The database did not tell the time');
  return row.now;
}

/**
 * Who shows an access token. The identity is read anew at each call: what was frozen or taken away is gone.
 *
 * @throws AppError `UNAUTHORIZED`
 */
export async function verifyAccessToken(
  value: string,
  address: string | null,
): Promise<IdentityActor> {
  const { sub, epoch, exp } = await verify(value, 'access', AccessClaims);
  const identity = await currentIdentity(Number(sub), epoch, exp);
  return identityActor(identity, 'access', address);
}

/**
 * Whose refresh token it is, if it has not expired; whether it was used, its row says.
 *
 * @throws AppError `UNAUTHORIZED`
 */
export async function readRefreshToken(
  value: string,
): Promise<{ jti: string; identity: IdentityRow }> {
  const { jti, sub, epoch, exp } = await verify(value, 'refresh', RefreshClaims);
  return { jti, identity: await currentIdentity(Number(sub), epoch, exp) };
}

/**
 * An identity that may act now.
 *
 * @param expires of what it shows, seconds since 1970; the database's clock decides
 * @throws AppError `UNAUTHORIZED` when it is gone, frozen, or has ended its older sessions
 */
export async function currentIdentity(
  id: number,
  epoch: number,
  expires = Number.POSITIVE_INFINITY,
): Promise<IdentityRow> {
  const identity = await findIdentity(sql, id);
  if (identity !== null && expires <= identity.now_seconds)
    throw refused('expired', { signed: true });
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

/** compactVerify and not jwtVerify: the times in the token are judged by the database, not by our clock. */
async function verify<Claims extends { iss: string }>(
  value: string,
  purpose: Purpose,
  claims: z.ZodType<Claims>,
): Promise<Claims> {
  try {
    const { payload, protectedHeader } = await compactVerify(value, sessionKey(purpose), {
      algorithms: ['HS256'],
    });
    const read = claims.parse(JSON.parse(new TextDecoder().decode(payload)));
    if (read.iss !== issuer() || protectedHeader.typ !== TYPE[purpose])
      throw new Error('meant for somebody else');
    return read;
  } catch {
    throw refused('bad_signature', { signed: false });
  }
}
