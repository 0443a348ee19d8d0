'use client';

import { useCallback, useEffect, useEffectEvent, useState } from 'react';

/** A short gap is not worth a word. */
const SILENCE_MS = 3_000;

interface Stream {
  /** Since when the connection is gone; null while it holds. */
  readonly lostSince: string | null;
  readonly retry: () => void;
}

/**
 * Follows server-sent events. The browser reconnects by itself and says what it saw last; where it gives up (the
 * session ended, the server answered an error) the reader may try again.
 *
 * @param url null: nothing to follow (any more)
 */
export function useStream(
  url: string | null,
  events: readonly string[],
  onEvent: (name: string, data: unknown) => void,
): Stream {
  const [lostSince, setLostSince] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const receive = useEffectEvent(onEvent);
  const names = events.join(' ');

  useEffect(() => {
    if (url === null) return;
    const source = new EventSource(url);
    let timer: ReturnType<typeof setTimeout> | undefined;
    for (const name of names.split(' ')) {
      source.addEventListener(name, (event: MessageEvent<string>) =>
        receive(name, JSON.parse(event.data)),
      );
    }
    source.addEventListener('open', () => {
      clearTimeout(timer);
      timer = undefined;
      setLostSince(null);
    });
    source.addEventListener('error', () => {
      const since = new Date().toISOString();
      timer ??= setTimeout(() => setLostSince(since), SILENCE_MS);
    });
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [url, names, attempt]);

  return {
    lostSince: url === null ? null : lostSince,
    retry: useCallback(() => setAttempt((count) => count + 1), []),
  };
}
