import type { Overview } from '#lib/overview.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';
import { readOverview } from './repository.ts';

/** Every look within this time is the same look: fifty open pages cost as much as one. */
const FRESH_MS = 1_000;

interface Look {
  readonly takenAt: number;
  readonly overview: Promise<Overview>;
}

const looks = new Map<number, Look>();

/** The last `windowMinutes` of the whole line, at most a second old. Needs `executions:read`. */
export async function getOverview(actor: Actor, windowMinutes: 15 | 60 = 15): Promise<Overview> {
  authorize(actor, 'executions:read');
  const known = looks.get(windowMinutes);
  if (known !== undefined && Date.now() - known.takenAt < FRESH_MS) return known.overview;
  const look: Look = { takenAt: Date.now(), overview: readOverview(windowMinutes) };
  looks.set(windowMinutes, look);
  // A look that failed is not kept for the next one.
  look.overview.catch(() => looks.delete(windowMinutes));
  return look.overview;
}
