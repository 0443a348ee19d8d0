'use client';

import { useSyncExternalStore } from 'react';

const TICK_MS = 1_000;

/** One clock for the whole page; it stands still while nobody looks at it. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let nowMs = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    nowMs = Date.now();
    timer = setInterval(() => {
      nowMs = Date.now();
      for (const notify of listeners) notify();
    }, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time in ms, once a second; null on the server and in the first render of the browser, which must agree. */
export function useNow(): number | null {
  return useSyncExternalStore<number | null>(
    subscribe,
    () => nowMs,
    () => null,
  );
}

const never = () => () => undefined;
let zone: string | undefined;
/** Asked of the browser once: to ask costs a tenth of a millisecond, and each moment of a list wants to know. */
const browserZone = () => (zone ??= Intl.DateTimeFormat().resolvedOptions().timeZone);

/** The reader's time zone; UTC on the server and in the first render. */
export const useZone = (): string => useSyncExternalStore(never, browserZone, () => 'UTC');
