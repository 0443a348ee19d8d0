import type { Success } from '#lib/contracts/common.ts';
import { AppError } from '#lib/errors.ts';
import type { Actor } from '#server/auth/actor.ts';
import type { IdentityRow } from '#server/auth/identities.ts';
import type { Tx } from '#server/db/sql.ts';
import { identityResource, recordChange } from './audit.ts';
import { changePermissions } from './change.ts';
import { isSelf, reachIdentity } from './reach.ts';
import { endSessions } from './sessions.ts';

/**
 * Whatever a frozen identity shows is refused at its next call: session, access, refresh and API tokens, and the tokens
 * of its running executions. Its sessions and refresh tokens are over for good, so that somebody else's do not come back
 * with it; API tokens and running executions may go on when it is unfrozen.
 *
 * @throws AppError `NOT_FOUND`; `CONFLICT` for oneself and for the last administrator
 */
export const freezeIdentity = (actor: Actor, id: number): Promise<Success> =>
  changePermissions(actor, async (tx, now) => {
    const identity = await reachIdentity(tx, now, 'identities:update', id);
    const changed = await setFrozen(tx, now, identity, true);
    return said(identity, changed ? 'is frozen now' : 'was frozen already');
  });

export const unfreezeIdentity = (actor: Actor, id: number): Promise<Success> =>
  changePermissions(actor, async (tx, now) => {
    const identity = await reachIdentity(tx, now, 'identities:update', id);
    const changed = await setFrozen(tx, now, identity, false);
    return said(identity, changed ? 'may act again' : 'was not frozen');
  });

const said = ({ login }: IdentityRow, what: string): Success => ({
  success: true,
  message: `'${login}' ${what}.`,
});

/** @returns false when it was so already */
export async function setFrozen(
  tx: Tx,
  actor: Actor,
  identity: IdentityRow,
  frozen: boolean,
): Promise<boolean> {
  if (identity.frozen === frozen) return false;
  if (frozen && isSelf(actor, identity.id))
    throw new AppError('CONFLICT', 'You cannot freeze yourself. Ask another administrator.');
  await tx.query('update identity set frozen = $2, updated = now() where id = $1', [
    identity.id,
    frozen,
  ]);
  if (frozen) await endSessions(tx, identity.id);
  const event = frozen ? 'identity.frozen' : 'identity.unfrozen';
  await recordChange(tx, actor, event, identityResource(identity));
  return true;
}
