import type { Grant } from '#lib/domain/grant.ts';
import { covers } from '#lib/domain/permissions.ts';
import { AppError } from '#lib/errors.ts';
import type { Actor } from './actor.ts';

/**
 * The rule of delegation: nobody hands out what they do not hold. Whoever may manage permissions is no exception, so
 * that a set of grants never reaches somebody from nobody.
 *
 * @param what what would be handed out: `the set 'web.deployer'`
 * @throws AppError `FORBIDDEN`
 */
export function requireToHold(actor: Actor, grants: readonly Grant[], what: string): void {
  if (actor.kind === 'system') return;
  if (actor.kind !== 'sensor' && covers(actor.grants, grants)) return;
  throw new AppError(
    'FORBIDDEN',
    `You may not hand out ${what}: it allows more than you may do yourself.`,
    { details: { handed_out: what } },
  );
}
