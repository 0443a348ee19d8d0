import type { Grant } from '#lib/domain/permissions.ts';
import type { Sql } from '#server/db/sql.ts';

export interface IdentityRow {
  readonly id: number;
  readonly login: string;
  readonly display_name: string | null;
  readonly password_hash: string | null;
  readonly frozen: boolean;
  readonly session_epoch: number;
  /** The database's clock, seconds since 1970. */
  readonly now_seconds: number;
  /** Of the sets assigned to it and of those that its roles bring. */
  readonly grants: Grant[];
  /** Assigned to it itself. */
  readonly permission_set_refs: string[];
}

/** Every permission set that an identity `i` holds, directly or by a role. */
export const SETS_HELD = `
  select s.* from permission_set s where s.id in (
    select a.permission_set_id from permission_assignment a where a.identity_id = i.id
    union select p.permission_set_id from identity_role r join permission_set_role p on p.role = r.role where r.identity_id = i.id)`;

/** What is known of an identity `i`, as `IdentityRow` names it. */
export const IDENTITY_COLUMNS = `
  i.id, i.login, i.display_name, i.password_hash, i.frozen, i.session_epoch,
  extract(epoch from clock_timestamp())::float8 as now_seconds,
  coalesce((select jsonb_agg(g) from (${SETS_HELD}) held, jsonb_array_elements(held.grants) g), '[]') as grants,
  coalesce((select array_agg(s.ref order by s.ref) from permission_assignment a
            join permission_set s on s.id = a.permission_set_id where a.identity_id = i.id), '{}') as permission_set_refs`;

const SELECT = `select ${IDENTITY_COLUMNS} from identity i`;

/** An identity with everything that its permission sets and roles grant, as it is now. */
export async function findIdentity(on: Sql, id: number): Promise<IdentityRow | null> {
  const [row] = await on.query<IdentityRow>(`${SELECT} where i.id = $1`, [id]);
  return row ?? null;
}

export async function findIdentityByLogin(on: Sql, login: string): Promise<IdentityRow | null> {
  const [row] = await on.query<IdentityRow>(`${SELECT} where i.login = $1`, [login]);
  return row ?? null;
}
