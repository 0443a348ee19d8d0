import type { Permission } from '#lib/contracts/operation.ts';
import type { Grant } from '#lib/domain/grant.ts';
import type { PermissionTarget } from '#lib/domain/permissions.ts';
import { notFound } from '#lib/errors.ts';
import { type Actor, authorize, can } from '#server/auth/actor.ts';

interface Bounds {
  readonly packRef?: { in: string[] };
  readonly ref?: { in: string[] };
  readonly id?: { in: number[] };
}

/** Constraints that rows of the catalogue can be filtered by; a grant with any other shows nothing in a list. */
const FILTERS = new Set(['pack_refs', 'refs', 'ids']);

/**
 * The part of a list's condition that leaves out what the actor's grants do not reach.
 *
 * @throws AppError `FORBIDDEN` when there is no such grant at all
 */
export function visibleTo(actor: Actor, permission: Permission): { OR?: Bounds[] } {
  authorize(actor, permission);
  const [resource, action = ''] = permission.split(':');
  if (actor.kind === 'system' || actor.kind === 'sensor') return {};
  const grants = actor.grants.filter(
    (grant) => grant.resource === resource && grant.actions.includes(action),
  );
  const bounds = grants.filter(isFilter).map(toBounds);
  return bounds.some((bound) => Object.keys(bound).length === 0) ? {} : { OR: bounds };
}

const isFilter = ({ constraints }: Grant): boolean =>
  Object.keys(constraints ?? {}).every((name) => FILTERS.has(name));

const toBounds = ({ constraints: { pack_refs, refs, ids } = {} }: Grant): Bounds => ({
  ...(pack_refs && { packRef: { in: [...pack_refs] } }),
  ...(refs && { ref: { in: [...refs] } }),
  ...(ids && { id: { in: [...ids] } }),
});

/**
 * Whether the actor may do this to this thing.
 *
 * @throws AppError `FORBIDDEN`; `NOT_FOUND` when not even its existence is the actor's business
 */
export function authorizeFor(
  actor: Actor,
  permission: Permission,
  target: PermissionTarget & { readonly ref: string },
): void {
  const resource = permission.split(':')[0] ?? '';
  authorize(actor, permission);
  if (can(actor, permission, target)) return;
  if (can(actor, `${resource}:read`, target)) authorize(actor, permission, target);
  throw notFound(resource.replace(/s$/, ''), target.ref);
}
