import type { Grant } from '#lib/domain/grant.ts';
import type { IdentityActor } from '#server/auth/actor.ts';
import { identityActor, mintAccessToken } from '#server/auth/access-token.ts';
import { findIdentity } from '#server/auth/identities.ts';
import { sql } from '#server/db/sql.ts';

/** People and services with real rows, and what they show. Each call makes a new one. */

let count = 0;
const nextName = (prefix: string): string => {
  count += 1;
  return `${prefix}${count}`;
};

interface Options {
  readonly grants?: readonly Grant[];
  /** Without one it is a service. */
  readonly passwordHash?: string | null;
  readonly login?: string;
}

export async function aPermissionSet(
  grants: readonly Grant[],
  ref = nextName('made.set'),
): Promise<{ id: number; ref: string }> {
  const [row] = await sql.query<{ id: number }>(
    'insert into permission_set (ref, grants) values ($1, $2::jsonb) returning id',
    [ref, JSON.stringify(grants)],
  );
  return { id: row?.id ?? 0, ref };
}

export async function anIdentity({
  grants = [],
  passwordHash = 'no password fits this',
  login = nextName('person'),
}: Options = {}): Promise<number> {
  const [row] = await sql.query<{ id: number }>(
    'insert into identity (login, password_hash) values ($1, $2) returning id',
    [login, passwordHash],
  );
  const id = row?.id ?? 0;
  if (grants.length > 0) {
    const set = await aPermissionSet(grants);
    await sql.query(
      'insert into permission_assignment (identity_id, permission_set_id) values ($1, $2)',
      [id, set.id],
    );
  }
  return id;
}

/** An identity as it is now, as if it had shown an access token. */
export async function asActor(id: number): Promise<IdentityActor> {
  const row = await findIdentity(sql, id);
  if (row === null) throw new Error(`There is no identity ${id}`);
  return identityActor(row, 'access', null);
}

export async function accessTokenOf(id: number): Promise<string> {
  const row = await findIdentity(sql, id);
  if (row === null) throw new Error(`There is no identity ${id}`);
  return mintAccessToken(row);
}

export const grant = (
  resource: string,
  actions: readonly string[],
  constraints?: Grant['constraints'],
): Grant => ({ resource, actions, ...(constraints && { constraints }) });
