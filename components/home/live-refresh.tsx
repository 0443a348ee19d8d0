'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useEffectEvent } from 'react';
import { paths } from '#lib/paths.ts';

const PAUSE_MS = 2_000;

/** Reads the page again when executions change, at most every 2 s, and not while nobody looks. */
export function LiveRefresh() {
  const router = useRouter();
  const refresh = useEffectEvent(() => router.refresh());

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const changed = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        if (!document.hidden) refresh();
      }, PAUSE_MS);
    };
    const stream = new EventSource(paths.executionStream());
    stream.addEventListener('changed', changed);
    stream.addEventListener('hello', changed);
    document.addEventListener('visibilitychange', changed);
    return () => {
      clearTimeout(timer);
      stream.close();
      document.removeEventListener('visibilitychange', changed);
    };
  }, []);

  return null;
}
