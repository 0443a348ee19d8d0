import type { Grant } from '#lib/domain/grant.ts';
import type { Sql } from '#server/db/sql.ts';

export interface PermissionSetRow {
  readonly id: number;
  readonly ref: string;
  readonly pack_ref: string | null;
  readonly label: string | null;
  readonly description: string | null;
  readonly grants: Grant[];
  readonly roles: readonly { id: number; role: string; created: string }[];
  readonly created: Date;
  readonly updated: Date;
}

const SELECT = `
  select s.id, s.ref, s.pack_ref, s.label, s.description, s.grants, s.created, s.updated,
         coalesce((select jsonb_agg(r order by r.role) from permission_set_role r where r.permission_set_id = s.id), '[]') as roles
  from permission_set s`;

export const listPermissionSets = (on: Sql, packRef: string | null): Promise<PermissionSetRow[]> =>
  on.query<PermissionSetRow>(`${SELECT} where $1::text is null or s.pack_ref = $1 order by s.ref`, [
    packRef,
  ]);

export async function findPermissionSet(on: Sql, id: number): Promise<PermissionSetRow | null> {
  const [row] = await on.query<PermissionSetRow>(`${SELECT} where s.id = $1`, [id]);
  return row ?? null;
}

export const findPermissionSets = (on: Sql, refs: readonly string[]): Promise<PermissionSetRow[]> =>
  on.query<PermissionSetRow>(`${SELECT} where s.ref = any ($1)`, [refs]);
