import { AppError } from '#lib/errors.ts';
import { type Trouble, troubleOf } from './trouble.ts';

const OUTAGE = Symbol.for('attune.outage');

/**
 * One for the process. Next bundles pages and routes apart, so a module has a state for each of them: a page would not
 * know what a route has found out, and wait for the full patience of a query.
 */
const state = ((globalThis as { [OUTAGE]?: { since?: Date | undefined } })[OUTAGE] ??= {});

/** Since when this process has had no answer of the database; null while it answers. */
export const awaySince = (): Date | null => state.since ?? null;

/** Says that the database has just answered. */
export function noteAnswer(): void {
  state.since = undefined;
}

const RETRY_AFTER_SECONDS: Readonly<Record<Trouble, number>> = {
  away: 2,
  busy: 2,
  full: 30,
  conflict: 1,
};

/**
 * The trouble of the database in words for whoever waits, or null when the error is another one. The same for every
 * answer, page and stream.
 */
export function asOutage(error: unknown): AppError | null {
  if (error instanceof AppError) return null;
  const trouble = troubleOf(error);
  return trouble === null ? null : outage(trouble, error);
}

/** @returns `RETRYABLE_DATABASE_ERROR`, with `details.since` when the database is away */
export function outage(trouble: Trouble, cause?: unknown): AppError {
  if (trouble === 'away') state.since ??= new Date();
  return new AppError('RETRYABLE_DATABASE_ERROR', sentenceFor(trouble), {
    cause,
    retryAfterSeconds: RETRY_AFTER_SECONDS[trouble],
    details: {
      reason: trouble,
      ...(trouble === 'away' && { since: state.since?.toISOString() }),
    },
  });
}

function sentenceFor(trouble: Trouble): string {
  switch (trouble) {
    case 'away':
      return `The database does not answer since ${(state.since ?? new Date()).toISOString().slice(11, 19)} UTC. Runs that have started go on. Try again in a moment.`;
    case 'busy':
      return 'The database is too busy to answer in time. Try again in a moment.';
    case 'full':
      return 'The disk of the database is full. Free some space there, then try again.';
    case 'conflict':
      return 'The database was busy with conflicting changes. Try again.';
  }
}
