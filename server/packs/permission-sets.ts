import type { Grant } from '#lib/domain/grant.ts';
import { covers } from '#lib/domain/permissions.ts';
import { AppError, notFound } from '#lib/errors.ts';
import type { Actor } from '#server/auth/actor.ts';
import type { Db } from '#server/db/prisma.ts';

/**
 * Nobody hands a run more than they hold themselves.
 *
 * @throws AppError `NOT_FOUND` for a set that there is not, `FORBIDDEN` for one that reaches further than the actor
 */
export async function checkDelegation(
  db: Db,
  actor: Actor,
  refs: readonly string[] | null | undefined,
): Promise<void> {
  if (refs === null || refs === undefined || refs.length === 0) return;
  const sets = await db.permissionSet.findMany({
    where: { ref: { in: [...refs] } },
    select: { ref: true, grants: true },
  });
  const missing = refs.find((ref) => !sets.some((set) => set.ref === ref));
  if (missing !== undefined) throw notFound('permission set', missing);
  if (actor.kind === 'system') return;
  const held = actor.kind === 'sensor' ? [] : actor.grants;
  const tooMuch = sets.find(
    ({ grants }) => !covers(held, Array.isArray(grants) ? (grants as unknown as Grant[]) : []),
  );
  if (tooMuch === undefined) return;
  throw new AppError(
    'FORBIDDEN',
    `You may not hand out '${tooMuch.ref}': it allows more than you may do yourself.`,
    {
      details: { permission_set_ref: tooMuch.ref },
    },
  );
}
