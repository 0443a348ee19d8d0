import type { Actor } from './actor.ts';

/**
 * The token that an actor showed, for masking what comes with it. Beside the actor and not in it: an actor may be
 * logged or copied.
 */
const texts = new WeakMap<Actor, string>();

export function rememberTokenText(actor: Actor, token: string): void {
  texts.set(actor, token);
}

/** Null for actors that showed none, or were made by ourselves. */
export const tokenTextOf = (actor: Actor): string | null => texts.get(actor) ?? null;
