import type { Success } from '#lib/contracts/common.ts';
import type {
  PermissionSet,
  PermissionSetCreate,
  PermissionSetRole,
  PermissionSetUpdate,
} from '#lib/contracts/permissions.ts';
import type { Grant } from '#lib/domain/grant.ts';
import { AppError, notFound } from '#lib/errors.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';
import { requireToHold } from '#server/auth/delegation.ts';
import { type Sql, sql, type Tx } from '#server/db/sql.ts';
import { recordChange } from './audit.ts';
import { changePermissions } from './change.ts';
import {
  findPermissionSet,
  listPermissionSets as listRows,
  type PermissionSetRow,
} from './permission-set-repository.ts';
import { presentPermissionSet } from './present.ts';

export async function listPermissionSets(
  actor: Actor,
  packRef: string | null,
): Promise<PermissionSet[]> {
  authorize(actor, 'permissions:read');
  return (await listRows(sql, packRef)).map(presentPermissionSet);
}

/** @throws AppError `NOT_FOUND`, `FORBIDDEN` */
export async function getPermissionSet(actor: Actor, id: number): Promise<PermissionSet> {
  authorize(actor, 'permissions:read');
  return presentPermissionSet(await getRow(sql, id));
}

async function getRow(on: Sql, id: number): Promise<PermissionSetRow> {
  const row = await findPermissionSet(on, id);
  if (row === null) throw notFound('permission set', id);
  return row;
}

type NewSet = Omit<PermissionSetCreate, 'grants'> & { readonly grants: readonly Grant[] };
type SetChange = Omit<PermissionSetUpdate, 'grants'> & {
  readonly grants?: readonly Grant[] | null | undefined;
};

/**
 * A set of grants that its maker holds. Rules and actions name sets by ref, so one that does not exist yet may be given
 * already: making it hands it out.
 *
 * @throws AppError `FORBIDDEN`, `CONFLICT`
 */
export const createPermissionSet = (
  actor: Actor,
  { ref, label, description, grants }: NewSet,
): Promise<PermissionSet> =>
  changePermissions(actor, async (tx, now) => {
    authorize(now, 'permissions:manage', { ref });
    requireToHold(now, grants, `the set '${ref}'`);
    const [row] = await tx.query<{ id: number }>(
      `insert into permission_set (ref, label, description, grants) values ($1, $2, $3, $4::jsonb)
       on conflict (ref) do nothing returning id`,
      [ref, label ?? null, description ?? null, JSON.stringify(grants)],
    );
    if (row === undefined)
      throw new AppError('CONFLICT', `There is a permission set '${ref}'. Choose another ref.`);
    await record(tx, now, 'permission_set.created', { id: row.id, ref }, { grants });
    return presentPermissionSet(await getRow(tx, row.id));
  });

/** @throws AppError `NOT_FOUND`, `FORBIDDEN`, `BAD_REQUEST` for a set that came with a pack */
export const updatePermissionSet = (
  actor: Actor,
  id: number,
  { label, description, grants }: SetChange,
): Promise<PermissionSet> =>
  changePermissions(actor, async (tx, now) => {
    const set = await getOwn(tx, now, id);
    // All that the set then grants, to everybody who has it; taking something away needs no more than the permission.
    if (grants !== null && grants !== undefined) requireToHold(now, grants, `the set '${set.ref}'`);
    await tx.query(
      `update permission_set set label = coalesce($2, label), description = coalesce($3, description),
         grants = coalesce($4::jsonb, grants), updated = now() where id = $1`,
      [id, label ?? null, description ?? null, grants ? JSON.stringify(grants) : null],
    );
    await record(tx, now, 'permission_set.updated', set, {
      ...(grants && { grants_before: set.grants, grants }),
    });
    return presentPermissionSet(await getRow(tx, id));
  });

/** @throws AppError `NOT_FOUND`, `FORBIDDEN`, `BAD_REQUEST` for a set that came with a pack */
export const deletePermissionSet = (actor: Actor, id: number): Promise<Success> =>
  changePermissions(actor, async (tx, now) => {
    const set = await getOwn(tx, now, id);
    await tx.query('delete from permission_set where id = $1', [id]);
    await record(tx, now, 'permission_set.deleted', set, { grants: set.grants });
    return { success: true, message: `The permission set '${set.ref}' is deleted.` };
  });

async function getOwn(tx: Tx, actor: Actor, id: number): Promise<PermissionSetRow> {
  const set = await getRow(tx, id);
  authorize(actor, 'permissions:manage', targetOf(set));
  if (set.pack_ref === null) return set;
  throw new AppError(
    'BAD_REQUEST',
    `'${set.ref}' comes with the pack '${set.pack_ref}', which would undo the change when it is loaded again. Make a set of your own.`,
  );
}

const targetOf = ({ id, ref, pack_ref }: PermissionSetRow) => ({ id, ref, pack_ref });

/** @throws AppError `NOT_FOUND`, `FORBIDDEN`, `CONFLICT` */
export const addRoleToSet = (actor: Actor, id: number, role: string): Promise<PermissionSetRole> =>
  changePermissions(actor, async (tx, now) => {
    const set = await getRow(tx, id);
    authorize(now, 'permissions:manage', targetOf(set));
    requireToHold(now, set.grants, `the set '${set.ref}'`);
    const [row] = await tx.query<{ id: number }>(
      `insert into permission_set_role (permission_set_id, role) values ($1, $2) on conflict do nothing returning id`,
      [id, role],
    );
    const added = presentPermissionSet(await getRow(tx, id)).roles.find(
      (one) => one.id === row?.id,
    );
    if (added === undefined)
      throw new AppError('CONFLICT', `The role '${role}' has the set '${set.ref}' already.`);
    await record(tx, now, 'permission_set.role_added', set, { role });
    return added;
  });

/** @param id of the link between set and role */
export const removeRoleFromSet = (actor: Actor, id: number): Promise<Success> =>
  changePermissions(actor, async (tx, now) => {
    const [row] = await tx.query<{ permission_set_id: number; role: string }>(
      'delete from permission_set_role where id = $1 returning permission_set_id, role',
      [id],
    );
    if (row === undefined) throw notFound('role of a permission set', id);
    const set = await getRow(tx, row.permission_set_id);
    authorize(now, 'permissions:manage', targetOf(set));
    await record(tx, now, 'permission_set.role_removed', set, { role: row.role });
    return { success: true, message: `The role '${row.role}' has the set '${set.ref}' no more.` };
  });

const record = (
  tx: Tx,
  actor: Actor,
  eventType: string,
  { id, ref }: { id: number; ref: string },
  details?: Readonly<Record<string, unknown>>,
): Promise<void> =>
  recordChange(tx, actor, eventType, { type: 'permission_set', id, ref }, details);
