import type { NewApiToken } from '#server/auth/api-token.ts';
import type { Sql } from '#server/db/sql.ts';

export interface ApiTokenRow {
  readonly id: number;
  readonly identity_id: number;
  readonly label: string;
  readonly description: string | null;
  readonly handle: string;
  readonly permission_set_refs: string[];
  readonly is_restricted: boolean;
  readonly active: boolean;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
  readonly last_used_ip: string | null;
  readonly created_by: number | null;
  readonly revoked_at: Date | null;
  readonly revoked_by: number | null;
  readonly revocation_reason: string | null;
  readonly created: Date;
  readonly updated: Date;
}

/** All but the hash. */
const COLUMNS = `id, identity_id, label, description, handle, permission_set_refs, is_restricted,
  revoked_at is null and (expires_at is null or expires_at > clock_timestamp()) as active,
  expires_at, last_used_at, last_used_ip, created_by, revoked_at, revoked_by, revocation_reason, created, updated`;

export const listApiTokens = (on: Sql, identityId: number): Promise<ApiTokenRow[]> =>
  on.query<ApiTokenRow>(
    `select ${COLUMNS} from api_token where identity_id = $1 order by id desc`,
    [identityId],
  );

/** Of everybody, those that still count first. */
export const listAllApiTokens = (
  on: Sql,
  onlyActive: boolean,
  who: string | null,
  limit: number,
): Promise<(ApiTokenRow & { login: string })[]> =>
  on.query(
    `select t.*, i.login from (select ${COLUMNS} from api_token) t join identity i on i.id = t.identity_id
     where (not $1 or t.active) and ($2::text is null or concat_ws(' ', t.label, i.login) ilike $2)
     order by t.active desc, t.id desc limit $3`,
    [onlyActive, who, limit],
  );

interface Wanted {
  readonly identityId: number;
  readonly label: string;
  readonly description: string | null;
  /** Null: everything that the identity may do. */
  readonly permissionSetRefs: readonly string[] | null;
  readonly expiresAt: string | null;
  readonly createdBy: number | null;
}

/** Null when its end is not in the future, by the database's clock. */
export async function insertApiToken(
  on: Sql,
  { handle, hash }: NewApiToken,
  { identityId, label, description, permissionSetRefs, expiresAt, createdBy }: Wanted,
): Promise<ApiTokenRow | null> {
  const [row] = await on.query<ApiTokenRow>(
    `insert into api_token (identity_id, label, description, handle, token_hash, permission_set_refs, is_restricted, expires_at, created_by)
     select $1, $2, $3, $4, $5, $6::text[], $7, $8::timestamptz, $9::int
     where $8::timestamptz is null or $8::timestamptz > clock_timestamp() returning ${COLUMNS}`,
    [
      identityId,
      label,
      description,
      handle,
      hash,
      permissionSetRefs ?? [],
      permissionSetRefs !== null,
      expiresAt,
      createdBy,
    ],
  );
  return row ?? null;
}

/** Null when there is no such token of that identity, or it is revoked already. */
export async function revokeApiToken(
  on: Sql,
  identityId: number,
  tokenId: number,
  { by, reason }: { by: number | null; reason: string | null },
): Promise<ApiTokenRow | null> {
  const [row] = await on.query<ApiTokenRow>(
    `update api_token set revoked_at = clock_timestamp(), revoked_by = $3::int, revocation_reason = $4, updated = now()
     where identity_id = $1 and id = $2 and revoked_at is null returning ${COLUMNS}`,
    [identityId, tokenId, by, reason],
  );
  return row ?? null;
}

export async function findApiToken(
  on: Sql,
  identityId: number,
  tokenId: number,
): Promise<ApiTokenRow | null> {
  const [row] = await on.query<ApiTokenRow>(
    `select ${COLUMNS} from api_token where identity_id = $1 and id = $2`,
    [identityId, tokenId],
  );
  return row ?? null;
}

export async function deleteApiToken(
  on: Sql,
  identityId: number,
  tokenId: number,
): Promise<ApiTokenRow | null> {
  const [row] = await on.query<ApiTokenRow>(
    `delete from api_token where identity_id = $1 and id = $2 returning ${COLUMNS}`,
    [identityId, tokenId],
  );
  return row ?? null;
}
