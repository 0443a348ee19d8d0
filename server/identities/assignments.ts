import type { Success } from '#lib/contracts/common.ts';
import type { IdentityRole } from '#lib/contracts/identities.ts';
import type {
  PermissionAssignment,
  PermissionAssignmentCreate,
} from '#lib/contracts/permissions.ts';
import { AppError, notFound } from '#lib/errors.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';
import { requireToHold } from '#server/auth/delegation.ts';
import { findIdentity, findIdentityByLogin, type IdentityRow } from '#server/auth/identities.ts';
import type { Sql } from '#server/db/sql.ts';
import { identityResource, recordChange } from './audit.ts';
import { changePermissions } from './change.ts';
import { findPermissionSets } from './permission-set-repository.ts';
import { presentAssignment, presentRole } from './present.ts';
import { type AssignmentRow, grantsOfRole, type RoleRow } from './repository.ts';

/** @throws AppError `NOT_FOUND` (set, identity), `FORBIDDEN` (more than the actor holds), `CONFLICT` */
export const assignSet = (
  actor: Actor,
  body: PermissionAssignmentCreate,
): Promise<PermissionAssignment> =>
  changePermissions(actor, async (tx, now) => {
    const [set] = await findPermissionSets(tx, [body.permission_set_ref]);
    if (set === undefined) throw notFound('permission set', body.permission_set_ref);
    authorize(now, 'permissions:manage', { id: set.id, ref: set.ref, pack_ref: set.pack_ref });
    const identity = await findTarget(tx, body);
    requireToHold(now, set.grants, `the set '${set.ref}'`);
    const [row] = await tx.query<{ assignment: AssignmentRow }>(
      `insert into permission_assignment as a (identity_id, permission_set_id) values ($1, $2)
       on conflict do nothing returning to_jsonb(a) || jsonb_build_object('permission_set_ref', $3::text) as assignment`,
      [identity.id, set.id, set.ref],
    );
    if (row === undefined)
      throw new AppError('CONFLICT', `'${identity.login}' has the set '${set.ref}' already.`);
    await recordChange(tx, now, 'permission.assigned', identityResource(identity), {
      permission_set_ref: set.ref,
    });
    return presentAssignment(row.assignment);
  });

async function findTarget(
  on: Sql,
  { identity_id: id, identity_login: login }: PermissionAssignmentCreate,
): Promise<IdentityRow> {
  const known = id ?? null;
  const identity =
    known === null ? await findIdentityByLogin(on, login ?? '') : await findIdentity(on, known);
  if (identity === null) throw notFound('identity', known ?? login ?? '');
  return identity;
}

/** @throws AppError `NOT_FOUND`, `CONFLICT` when nobody would be left in charge */
export const unassignSet = (actor: Actor, id: number): Promise<Success> =>
  changePermissions(actor, async (tx, now) => {
    const [row] = await tx.query<Link & { permission_set_id: number; pack_ref: string | null }>(
      `delete from permission_assignment a using permission_set s, identity i
       where a.id = $1 and s.id = a.permission_set_id and i.id = a.identity_id
       returning i.id as identity_id, i.login, s.ref as name, s.id as permission_set_id, s.pack_ref`,
      [id],
    );
    if (row === undefined) throw notFound('assignment', id);
    authorize(now, 'permissions:manage', {
      id: row.permission_set_id,
      ref: row.name,
      pack_ref: row.pack_ref,
    });
    await recordChange(tx, now, 'permission.unassigned', ofIdentity(row), {
      permission_set_ref: row.name,
    });
    return { success: true, message: `'${row.login}' has the set '${row.name}' no more.` };
  });

interface Link {
  readonly identity_id: number;
  readonly login: string;
  readonly name: string;
}

const ofIdentity = ({ identity_id: id, login }: Link) => identityResource({ id, login });

/**
 * Gives a role, and with it everything that its sets grant.
 *
 * @throws AppError `NOT_FOUND`, `FORBIDDEN`, `CONFLICT`
 */
export const assignRole = (actor: Actor, identityId: number, role: string): Promise<IdentityRole> =>
  changePermissions(actor, async (tx, now) => {
    authorize(now, 'permissions:manage', {});
    const identity = await findIdentity(tx, identityId);
    if (identity === null) throw notFound('identity', identityId);
    requireToHold(now, await grantsOfRole(tx, role), `the role '${role}'`);
    const [row] = await tx.query<{ role: RoleRow }>(
      `insert into identity_role as r (identity_id, role) values ($1, $2)
       on conflict do nothing returning to_jsonb(r) as role`,
      [identityId, role],
    );
    if (row === undefined)
      throw new AppError('CONFLICT', `'${identity.login}' has the role '${role}' already.`);
    await recordChange(tx, now, 'role.assigned', identityResource(identity), { role });
    return presentRole(row.role);
  });

/** @param id of the assignment, not of the identity */
export const unassignRole = (actor: Actor, id: number): Promise<Success> =>
  changePermissions(actor, async (tx, now) => {
    authorize(now, 'permissions:manage', {});
    const [row] = await tx.query<Link>(
      `delete from identity_role r using identity i where r.id = $1 and i.id = r.identity_id
       returning i.id as identity_id, i.login, r.role as name`,
      [id],
    );
    if (row === undefined) throw notFound('role assignment', id);
    await recordChange(tx, now, 'role.unassigned', ofIdentity(row), { role: row.name });
    return { success: true, message: `'${row.login}' has the role '${row.name}' no more.` };
  });
