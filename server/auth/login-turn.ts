const WAITING_MAX = 10;

interface Turns {
  last: Promise<unknown>;
  waiting: number;
}

const turns = new Map<string, Turns>();

/**
 * Logins of one name one after the other: each sees what came of the one before, so a volley of guesses is counted as
 * well as a trickle. Several web processes each have a queue; together they may go beyond a limit by one guess each.
 *
 * @returns null when too many wait already
 */
export async function inTurnOf<T>(name: string, work: () => Promise<T>): Promise<T | null> {
  const mine = turns.get(name) ?? { last: Promise.resolve(), waiting: 0 };
  if (mine.waiting >= WAITING_MAX) return null;
  turns.set(name, mine);
  mine.waiting += 1;
  const before = mine.last;
  const run = before.catch(() => undefined).then(work);
  mine.last = run;
  try {
    return await run;
  } finally {
    mine.waiting -= 1;
    if (mine.waiting === 0) turns.delete(name);
  }
}
