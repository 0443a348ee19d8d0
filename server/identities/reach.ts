import type { Permission } from '#lib/contracts/operation.ts';
import { notFound } from '#lib/errors.ts';
import { type Actor, authorize, can } from '#server/auth/actor.ts';
import { findIdentity, type IdentityRow } from '#server/auth/identities.ts';
import type { Sql } from '#server/db/sql.ts';

/** Whether the actor may do this to this identity. @throws AppError `FORBIDDEN`, or `NOT_FOUND` for one they may not even see */
export function authorizeOn(
  actor: Actor,
  permission: Permission,
  identity: { readonly id: number; readonly login: string },
): void {
  authorize(actor, permission);
  const target = { id: identity.id, ref: identity.login };
  if (can(actor, permission, target)) return;
  if (can(actor, 'identities:read', target)) authorize(actor, permission, target);
  throw notFound('identity', identity.id);
}

/** @throws AppError `NOT_FOUND`, `FORBIDDEN` */
export async function reachIdentity(
  on: Sql,
  actor: Actor,
  permission: Permission,
  id: number,
): Promise<IdentityRow> {
  authorize(actor, permission);
  const identity = await findIdentity(on, id);
  if (identity === null) throw notFound('identity', id);
  authorizeOn(actor, permission, identity);
  return identity;
}

export const isSelf = (actor: Actor, identityId: number): boolean =>
  actor.kind === 'identity' && actor.identityId === identityId;
