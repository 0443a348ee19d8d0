import { intersectGrants } from '#lib/domain/intersect-grants.ts';
import { AppError } from '#lib/errors.ts';
import type { Actor, IdentityActor } from '#server/auth/actor.ts';
import { refused } from '#server/auth/claims.ts';
import { findIdentity, SETS_HELD } from '#server/auth/identities.ts';
import { inTransaction, type Sql, type Tx } from '#server/db/sql.ts';

type Changer = IdentityActor | Extract<Actor, { kind: 'system' }>;

/**
 * Changes who may do what, one change at a time: two administrators who freeze each other at the same moment, or one
 * who hands out what is just being taken from them, come one after the other. Somebody is left in charge afterwards.
 *
 * @param work gets the actor with what they hold at this moment, by the database
 * @throws AppError `CONFLICT` when nobody would be left who may manage permissions; `UNAUTHORIZED`, `FORBIDDEN`
 */
export const changePermissions = <T>(
  actor: Actor,
  work: (tx: Tx, actor: Changer) => Promise<T>,
): Promise<T> =>
  inTransaction(async (tx) => {
    await tx.query('lock table permission_assignment in share row exclusive mode');
    const current = await changerNow(tx, actor);
    const hadAdministrator = await hasAdministrator(tx);
    const result = await work(tx, current);
    if (hadAdministrator && !(await hasAdministrator(tx))) {
      throw new AppError(
        'CONFLICT',
        'Nobody would be left who may manage permissions. Give them to somebody else first.',
      );
    }
    return result;
  });

async function changerNow(tx: Tx, actor: Actor): Promise<Changer> {
  if (actor.kind === 'system') return actor;
  if (actor.kind !== 'identity')
    throw new AppError('FORBIDDEN', 'Only people and integrations may change permissions.');
  const now = await findIdentity(tx, actor.identityId);
  if (now === null || now.frozen) throw refused('revoked', { signed: true });
  // Not more than the token they showed had, and not more than they still hold.
  return { ...actor, grants: intersectGrants(actor.grants, now.grants) };
}

/** Whether somebody who is not frozen may manage permissions without bounds, and can log in to do so. */
async function hasAdministrator(on: Sql): Promise<boolean> {
  const [row] = await on.query<{ exists: boolean }>(
    `select exists (
       select 1 from identity i
       where not i.frozen and i.password_hash is not null and exists (
         select 1 from (${SETS_HELD}) held, jsonb_array_elements(held.grants) g
         where g ->> 'resource' = 'permissions' and g -> 'actions' @> '["manage"]'
           and coalesce(g -> 'constraints', '{}') = '{}'))`,
  );
  return row?.exists === true;
}
