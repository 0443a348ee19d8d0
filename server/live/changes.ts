import { suspectOutage } from '#server/db/answered.ts';
import { CHANNEL, type Topic } from './announce.ts';
import { Listener } from './listener.ts';
import { noteConnected, noteTold } from './told-topics.ts';

type Ring = () => void;

const listeners = new Map<string, Set<Ring>>();
const silenceListeners = new Set<Ring>();
let live: Listener | undefined;

/**
 * Calls `listener` whenever one of `topics` may have changed, and after the connection was lost and is back, since
 * something may have been missed. A hint, never data.
 *
 * @returns how to stop
 */
export function onChange(topics: readonly Topic[], listener: Ring): () => void {
  for (const topic of topics) {
    const those = listeners.get(topic) ?? new Set();
    those.add(listener);
    listeners.set(topic, those);
  }
  void listen();
  return () => {
    for (const topic of topics) {
      const those = listeners.get(topic);
      those?.delete(listener);
      if (those?.size === 0) listeners.delete(topic);
    }
  };
}

/** Calls `listener` whenever the database was silent for two seconds, and did not answer when asked again. */
export function onSilence(listener: Ring): () => void {
  silenceListeners.add(listener);
  return () => silenceListeners.delete(listener);
}

/** Yields at once, then after each change of `topics` until `signal`; changes while the reader is busy become one. */
export async function* changes(
  topics: readonly Topic[],
  signal: AbortSignal,
  { backstopMs = 5_000 }: { backstopMs?: number } = {},
): AsyncGenerator<void> {
  let pending = true;
  let wake: (() => void) | undefined;
  const ring = () => {
    pending = true;
    wake?.();
  };
  const stop = onChange(topics, ring);
  const timer = setInterval(ring, backstopMs);
  signal.addEventListener('abort', ring);
  try {
    while (!signal.aborted) {
      if (!pending) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
      pending = false;
      if (!signal.aborted) yield;
    }
  } finally {
    stop();
    clearInterval(timer);
    signal.removeEventListener('abort', ring);
  }
}

/** Resolves once changes can be heard; whatever commits after that is not missed. */
export async function listen(): Promise<void> {
  live ??= new Listener({
    channel: CHANNEL,
    onMessage: (payload) => tell(payload.split(' ')),
    onConnected: () => {
      noteConnected();
      tell([...listeners.keys()]);
    },
    onSilent: () => void tellSilence(),
  });
  await live.open();
}

async function tellSilence(): Promise<void> {
  if (await suspectOutage()) for (const listener of silenceListeners) listener();
}

function tell(topics: readonly string[]): void {
  noteTold(topics);
  const those = new Set(topics.flatMap((topic) => [...(listeners.get(topic) ?? [])]));
  for (const listener of those) listener();
}

export async function closeLive(): Promise<void> {
  const last = live;
  live = undefined;
  await last?.close();
}
