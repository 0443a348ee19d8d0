'use client';

import { useRef, useState } from 'react';

/** So often what is newer is counted, at most. */
const COUNT_MS = 2_000;
/** More are only said to be as many at least. */
export const NEWER_MAX = 100;

/** The newest page of a list that grows at its top, or an older one. */
export interface Growing {
  /** "event". */
  readonly noun: string;
  /** The id of its first row; 0 when there is none. */
  readonly after: number;
  /** The same list in the API, newest first. */
  readonly api: string;
  /** Of an older page, on which nothing new belongs: where the newest one is. */
  readonly newestHref?: string | undefined;
  /** Something of the list is open. */
  readonly isHeld?: boolean;
}

interface Newer {
  /** How many rows are newer than the first one, as far as is known. */
  readonly newer: number;
  /** Something changed: the next `count` is worth it. */
  readonly note: () => void;
  readonly count: () => void;
}

/** Counts what came after the page was read, when it is asked to and not more often than every 2 s. */
export function useNewer(growing: Growing | undefined, readAtMs: number): Newer {
  const [told, setTold] = useState({ readAtMs, count: 0 });
  const state = useRef({ isDue: false, isOn: false, at: Number.NEGATIVE_INFINITY });

  const count = async () => {
    const { isDue, isOn, at } = state.current;
    if (growing === undefined || !isDue || isOn || performance.now() - at < COUNT_MS) return;
    state.current = { isDue: false, isOn: true, at: performance.now() };
    // On an older page it is enough that there is something.
    const found =
      growing.newestHref === undefined ? await countAfter(growing.api, growing.after) : 1;
    state.current.isOn = false;
    if (found === null) state.current.isDue = true;
    else setTold({ readAtMs, count: found });
  };

  return {
    newer: told.readAtMs === readAtMs ? told.count : 0,
    note: () => {
      state.current.isDue = true;
    },
    count: () => void count(),
  };
}

/** How many rows of a list have larger ids; null when that cannot be known now. */
async function countAfter(api: string, id: number): Promise<number | null> {
  const response = await fetch(api, { headers: { accept: 'application/json' } }).catch(() => null);
  if (response?.ok !== true) return null;
  const { items } = (await response.json()) as { items: readonly { id: number }[] };
  return items.filter((item) => item.id > id).length;
}
