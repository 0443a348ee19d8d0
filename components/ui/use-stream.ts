'use client';

import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import { OUTAGE_OVER, reportTrouble } from './trouble.ts';

/** A short gap is not worth a word. */
const SILENCE_MS = 3_000;
/** A stream opens at once; what has not by now waits behind something that does not answer. */
const OPENING_MS_MAX = 3_000;
/** After an answer that is an error the browser gives up; we do not, only more and more slowly. */
const AGAIN_MS_MIN = 5_000;
const AGAIN_MS_MAX = 30_000;

export interface Stream {
  /** Since when the connection is gone; null while it holds. */
  readonly lostSince: string | null;
  readonly retry: () => void;
}

/**
 * Follows server-sent events. The browser reconnects by itself and says what it saw last; where it gives up (the
 * session ended, the server answered an error) we try again, and the reader may do so at once.
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
  const failures = useRef(0);
  const receive = useEffectEvent(onEvent);
  const names = events.join(' ');

  useEffect(() => {
    if (url === null) return;
    const source = new EventSource(url);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    const openAnew = () => setAttempt((count) => count + 1);
    const openIfClosed = () => {
      if (source.readyState === EventSource.CLOSED) openAnew();
    };
    const opening = setTimeout(reportTrouble, OPENING_MS_MAX);
    window.addEventListener(OUTAGE_OVER, openIfClosed);
    source.addEventListener('outage', reportTrouble);
    for (const name of names.split(' ')) {
      source.addEventListener(name, (event: MessageEvent<string>) =>
        receive(name, JSON.parse(event.data)),
      );
    }
    source.addEventListener('open', () => {
      clearTimeout(opening);
      clearTimeout(timer);
      timer = undefined;
      failures.current = 0;
      setLostSince(null);
    });
    source.addEventListener('error', () => {
      const since = new Date().toISOString();
      timer ??= setTimeout(() => setLostSince(since), SILENCE_MS);
      reportTrouble();
      if (source.readyState !== EventSource.CLOSED) return;
      failures.current += 1;
      again = setTimeout(openAnew, Math.min(AGAIN_MS_MAX, failures.current * AGAIN_MS_MIN));
    });
    return () => {
      clearTimeout(opening);
      clearTimeout(timer);
      clearTimeout(again);
      window.removeEventListener(OUTAGE_OVER, openIfClosed);
      source.close();
    };
  }, [url, names, attempt]);

  return {
    lostSince: url === null ? null : lostSince,
    retry: useCallback(() => setAttempt((count) => count + 1), []),
  };
}
