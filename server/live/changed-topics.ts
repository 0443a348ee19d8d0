import { setTimeout as delay } from 'node:timers/promises';
import type { Topic } from './announce.ts';
import { listen, onChange } from './changes.ts';
import { toldSince } from './told-topics.ts';

interface Pace {
  /** At most one word in so many ms; what is told meanwhile is told with the next one. */
  readonly everyMs: number;
  /** A notification that was lost costs so many ms, and nothing else. */
  readonly backstopMs: number;
}

/**
 * Which of `topics` may have changed, as they change, until `signal`; first those that did since `sinceMs` (null: now).
 * Nothing is yielded where nothing changed.
 */
export async function* changedTopics<T extends Topic>(
  topics: readonly T[],
  sinceMs: number | null,
  signal: AbortSignal,
  { everyMs, backstopMs }: Pace,
): AsyncGenerator<T[]> {
  const pending = new Set<T>();
  let wake: (() => void) | undefined;
  const ring = (those: readonly T[]) => {
    for (const topic of those) pending.add(topic);
    wake?.();
  };
  const wakeUp = () => wake?.();
  const stops = topics.map((topic) => onChange([topic], () => ring([topic])));
  const backstop = setInterval(() => ring(topics), backstopMs);
  signal.addEventListener('abort', wakeUp);
  try {
    await listen();
    if (sinceMs !== null) ring(toldSince(topics, sinceMs));
    while (!signal.aborted) {
      if (pending.size === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
        continue;
      }
      const changed = [...pending];
      pending.clear();
      yield changed;
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    for (const stop of stops) stop();
    clearInterval(backstop);
    signal.removeEventListener('abort', wakeUp);
  }
}
