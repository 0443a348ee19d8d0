import type { Grant } from '#lib/domain/permissions.ts';
import type { Sql } from '#server/db/sql.ts';

export interface IdentityRow {
  readonly id: number;
  readonly login: string;
  readonly display_name: string | null;
  readonly password_hash: string | null;
  readonly frozen: boolean;
  readonly session_epoch: number;
  readonly grants: Grant[];
  readonly permission_set_refs: string[];
}

const SELECT = `
  select i.id, i.login, i.display_name, i.password_hash, i.frozen, i.session_epoch,
         coalesce((select jsonb_agg(g) from permission_assignment a join permission_set s on s.id = a.permission_set_id,
                   jsonb_array_elements(s.grants) g where a.identity_id = i.id), '[]') as grants,
         coalesce((select array_agg(s.ref order by s.ref) from permission_assignment a
                   join permission_set s on s.id = a.permission_set_id where a.identity_id = i.id), '{}') as permission_set_refs
  from identity i`;

/** An identity with everything that its permission sets grant, as it is now. */
export async function findIdentity(on: Sql, id: number): Promise<IdentityRow | null> {
  const [row] = await on.query<IdentityRow>(`${SELECT} where i.id = $1`, [id]);
  return row ?? null;
}

export async function findIdentityByLogin(on: Sql, login: string): Promise<IdentityRow | null> {
  const [row] = await on.query<IdentityRow>(`${SELECT} where i.login = $1`, [login]);
  return row ?? null;
}
