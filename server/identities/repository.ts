import type { Grant } from '#lib/domain/grant.ts';
import type { JsonObject } from '#lib/domain/json.ts';
import type { Sql } from '#server/db/sql.ts';

export interface AssignmentRow {
  readonly id: number;
  readonly identity_id: number;
  readonly permission_set_id: number;
  readonly permission_set_ref: string;
  readonly created: string;
}

export interface RoleRow {
  readonly id: number;
  readonly identity_id: number;
  readonly role: string;
  readonly source: string;
  readonly managed: boolean;
  readonly created: string;
  readonly updated: string;
}

export interface IdentityDetailRow {
  readonly id: number;
  readonly login: string;
  readonly display_name: string | null;
  readonly attributes: JsonObject;
  readonly frozen: boolean;
  readonly has_password: boolean;
  readonly last_seen_at: Date | null;
  readonly active_tokens: number;
  readonly created: Date;
  readonly updated: Date;
  readonly roles: RoleRow[];
  readonly assignments: AssignmentRow[];
}

const SELECT = `
  select i.id, i.login, i.display_name, i.attributes, i.frozen, i.password_hash is not null as has_password,
         i.created, i.updated,
         greatest((select max(greatest(f.issued_at, f.used_at)) from refresh_token f where f.identity_id = i.id),
                  (select max(k.last_used_at) from api_token k where k.identity_id = i.id),
                  (select e.created from audit_event e where e.actor_login = i.login and e.outcome = 'success'
                   order by e.id desc limit 1)) as last_seen_at,
         (select count(*)::int from api_token k where k.identity_id = i.id and k.revoked_at is null
            and (k.expires_at is null or k.expires_at > now())) as active_tokens,
         coalesce((select jsonb_agg(r order by r.role) from identity_role r where r.identity_id = i.id), '[]') as roles,
         coalesce((select jsonb_agg(to_jsonb(a) || jsonb_build_object('permission_set_ref', s.ref) order by s.ref)
                   from permission_assignment a join permission_set s on s.id = a.permission_set_id
                   where a.identity_id = i.id), '[]') as assignments
  from identity i`;

export async function findIdentityDetail(on: Sql, id: number): Promise<IdentityDetailRow | null> {
  const [row] = await on.query<IdentityDetailRow>(`${SELECT} where i.id = $1`, [id]);
  return row ?? null;
}

/** Which identities a list may hold: all that fit one of these; an absent list bounds nothing. */
export interface IdentityBounds {
  readonly ids?: readonly number[];
  readonly refs?: readonly string[];
}

const VISIBLE = `exists (
  select 1 from jsonb_array_elements($1::jsonb) b
  where (b -> 'ids' is null or b -> 'ids' @> to_jsonb(i.id)) and (b -> 'refs' is null or b -> 'refs' ? i.login))`;

export const listIdentities = (
  on: Sql,
  bounds: readonly IdentityBounds[],
  { limit, offset }: { limit: number; offset: number },
): Promise<IdentityDetailRow[]> =>
  on.query<IdentityDetailRow>(
    `${SELECT} where ${VISIBLE} order by lower(i.login), i.id limit $2 offset $3`,
    [JSON.stringify(bounds), limit + 1, offset],
  );

export async function countIdentities(on: Sql, bounds: readonly IdentityBounds[]): Promise<number> {
  const [row] = await on.query<{ count: number }>(
    `select count(*)::int as count from identity i where ${VISIBLE}`,
    [JSON.stringify(bounds)],
  );
  return row?.count ?? 0;
}

/** Null when somebody has the login already, in whatever case. Asked under the lock of `changePermissions`. */
export async function insertIdentity(
  on: Sql,
  { login, displayName, attributes, passwordHash }: NewIdentity,
): Promise<number | null> {
  const [row] = await on.query<{ id: number }>(
    `insert into identity (login, display_name, attributes, password_hash)
     select $1, nullif($2, ''), $3::jsonb, $4
     where not exists (select 1 from identity where lower(login) = lower($1)) returning id`,
    [login, displayName, JSON.stringify(attributes), passwordHash],
  );
  return row?.id ?? null;
}

interface NewIdentity {
  readonly login: string;
  readonly displayName: string | null;
  readonly attributes: JsonObject;
  readonly passwordHash: string | null;
}

/** What is there, or done, in the name of an identity. */
export async function countPossessions(on: Sql, identityId: number): Promise<Possessions> {
  const [row] = await on.query<Possessions>(
    `select (select count(*)::int from rule where owner_identity_id = $1) as rules,
            (select count(*)::int from key where owner_type = 'identity' and owner_id = $1) as keys,
            (select count(*)::int from execution where identity_id = $1 and status in
               ('requested', 'scheduling', 'scheduled', 'running', 'canceling')) as "unfinished executions"`,
    [identityId],
  );
  return row ?? {};
}

/** How many, by what they are called. */
type Possessions = Readonly<Record<string, number>>;

/** What all sets together grant that are given to a role. */
export async function grantsOfRole(on: Sql, role: string): Promise<Grant[]> {
  const [row] = await on.query<{ grants: Grant[] }>(
    `select coalesce(jsonb_agg(g), '[]') as grants
     from permission_set_role r join permission_set s on s.id = r.permission_set_id, jsonb_array_elements(s.grants) g
     where r.role = $1`,
    [role],
  );
  return row?.grants ?? [];
}
