import { notFound } from '#lib/errors.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';

/** A run sees itself and nothing else: any other is not there, as far as it can tell. */
export function mayRead(actor: Actor, id: number): void {
  if (actor.kind === 'execution') {
    if (actor.executionId !== id) throw notFound('execution', id);
  } else authorize(actor, 'executions:read');
}
