import { createHash, randomBytes } from 'node:crypto';
import type { Grant } from '#lib/domain/grant.ts';
import { sql } from '#server/db/sql.ts';
import type { IdentityActor } from './actor.ts';
import { noteApiTokenUse } from './api-token-use.ts';
import { refused } from './claims.ts';
import { IDENTITY_COLUMNS, type IdentityRow } from './identities.ts';
import { boundedBy, boundsOf } from './restriction.ts';

/** How every token of an integration begins, so that people and scanners know one when they see it. */
export const API_TOKEN_PREFIX = 'attune_it_';
const HANDLE_BYTES = 6;
const SECRET_BYTES = 32;

export interface NewApiToken {
  /** Shown once. */
  readonly token: string;
  /** Says which one it is and nothing about its secret. */
  readonly handle: string;
  readonly hash: Buffer;
}

/** `attune_it_<handle>_<256 random bits>`. */
export function makeApiToken(): NewApiToken {
  const handle = randomBytes(HANDLE_BYTES).toString('hex');
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const token = `${API_TOKEN_PREFIX}${handle}_${secret}`;
  return { token, handle, hash: hashApiToken(token) };
}

/**
 * What is stored. A fast hash without salt is right here, as it would not be for a password: nobody guesses 256 random
 * bits, so there is nothing that a slow one would slow down, and every call pays for it.
 */
const hashApiToken = (token: string): Buffer => createHash('sha256').update(token).digest();

export const isApiToken = (value: string): boolean => value.startsWith(API_TOKEN_PREFIX);

interface TokenWithOwner extends IdentityRow {
  readonly token_id: number;
  readonly is_active: boolean;
  readonly restricted_to: string[] | null;
  readonly bounds: Grant[] | null;
}

/**
 * Who shows the token of an integration: its identity, with what the token keeps of the identity's permissions as they
 * are now. Unknown, revoked, expired and frozen are one answer, after the same hash and the same query: the row is found
 * by its hash, so how long the search takes says nothing about a token.
 *
 * @throws AppError `UNAUTHORIZED`
 */
export async function verifyApiToken(
  value: string,
  address: string | null,
): Promise<IdentityActor> {
  const [row] = await sql.query<TokenWithOwner>(
    `select t.id as token_id, t.restricted_to, ${boundsOf('t.restricted_to')} as bounds,
            t.revoked_at is null and (t.expires_at is null or t.expires_at > clock_timestamp()) as is_active,
            ${IDENTITY_COLUMNS}
     from (select *, case when is_restricted then permission_set_refs end as restricted_to from api_token) t
     join identity i on i.id = t.identity_id
     where t.token_hash = $1`,
    [hashApiToken(value)],
  );
  if (row === undefined || !row.is_active || row.frozen)
    throw refused('revoked', { signed: false });
  noteApiTokenUse(row.token_id, address);
  return {
    kind: 'identity',
    identityId: row.id,
    login: row.login,
    ...boundedBy(row.grants, row.restricted_to, row.bounds),
    via: 'api_token',
    apiTokenId: row.token_id,
    address,
  };
}
