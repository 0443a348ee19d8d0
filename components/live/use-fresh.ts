'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useEffectEvent, useRef, useTransition } from 'react';
import { paths } from '#lib/paths.ts';

/** At most one reading of the page in so many ms, however much happens; a reading that takes longer takes its time. */
const PAUSE_MS = 1_000;
const LOOK_MS = 250;

interface Fresh {
  /** Something changed: the page is read again as soon as it may be. */
  readonly mark: () => void;
  /** Reads the page now. */
  readonly refresh: () => void;
  readonly isRefreshing: boolean;
}

/**
 * Reads the page again after it was marked, in one go for all that came meanwhile.
 *
 * @param mayRead asked before each reading; while it says no, the mark stays
 */
export function useFresh(mayRead: () => boolean, pauseMs = PAUSE_MS): Fresh {
  const router = useRouter();
  const [isRefreshing, startRefresh] = useTransition();
  const isMarked = useRef(false);
  const readAt = useRef(Number.NEGATIVE_INFINITY);

  const refresh = () => {
    isMarked.current = false;
    readAt.current = performance.now();
    void (async () => {
      if (await isReachable()) startRefresh(() => router.refresh());
      else isMarked.current = true;
    })();
  };
  const look = useEffectEvent(() => {
    const isDue = performance.now() - readAt.current >= pauseMs;
    if (isMarked.current && isDue && !isRefreshing && !document.hidden && mayRead()) refresh();
  });
  useEffect(() => {
    // It asks nobody anything: it only looks whether something was marked, and whether the reader has gone on.
    const timer = setInterval(() => look(), LOOK_MS);
    return () => clearInterval(timer);
  }, []);

  return {
    mark: () => {
      isMarked.current = true;
    },
    refresh,
    isRefreshing,
  };
}

/** A page that is read again while its server is away is replaced by the browser's own page of errors. */
const isReachable = async (): Promise<boolean> =>
  (await fetch(paths.alive(), { method: 'HEAD', cache: 'no-store' }).catch(() => null))?.ok ===
  true;
