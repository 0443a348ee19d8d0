import {
  descendantsOf,
  isWithinPlaces,
  listProcesses,
  type ProcessEntry,
  sendSignal,
} from './processes.ts';
import { setTimeout as delay } from 'node:timers/promises';

/** How to recognise processes whose host is gone: by where their directories and pipes lie, or by their group. */
export interface Places {
  /** A process that has a variable or an open file below one of them is meant. */
  readonly directories: readonly string[];
  /** Process groups and sessions that are meant as well. */
  readonly groups: ReadonlySet<number>;
  /** Never meant. */
  readonly spared: ReadonlySet<number>;
}

const LOOK_AGAIN_MS = 10;

/** Kills until nothing is found and nobody can start more. @returns how many there were */
export async function sweep(
  places: Places,
  { giveUpAt, mayStartMore }: { giveUpAt: number; mayStartMore: () => boolean },
): Promise<number> {
  const ended = new Set<number>();
  for (;;) {
    // Asked first: what was started before it ended is seen by the look that follows.
    const mayGrow = mayStartMore();
    const found = findByPlace(places, listProcesses());
    if (found.length === 0 && !mayGrow) return ended.size;
    if (Date.now() > giveUpAt) return ended.size;
    for (const pid of found) if (sendSignal(pid, 'SIGKILL')) ended.add(pid);
    await delay(LOOK_AGAIN_MS);
  }
}

function findByPlace(places: Places, processes: readonly ProcessEntry[]): number[] {
  const own = processes
    .filter(
      ({ pid, groupId, sessionId }) =>
        !places.spared.has(pid) &&
        (places.groups.has(groupId) ||
          places.groups.has(sessionId) ||
          isWithinPlaces(pid, places.directories)),
    )
    .map(({ pid }) => pid);
  const family = descendantsOf(own, processes).map(({ pid }) => pid);
  return [...new Set([...own, ...family])].filter((pid) => !places.spared.has(pid));
}
