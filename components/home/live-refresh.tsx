'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useStream } from '#components/ui/use-stream.ts';
import { paths } from '#lib/paths.ts';

const PAUSE_MS = 2_000;

/** Reads the page again when executions change, at most every 2 s, and not while nobody looks. */
export function LiveRefresh() {
  const router = useRouter();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const changed = () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      if (!document.hidden) router.refresh();
    }, PAUSE_MS);
  };
  useStream(paths.executionStream(), ['hello', 'changed', 'many'], changed);

  const look = useEffectEvent(changed);
  useEffect(() => {
    const onVisible = () => look();
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, []);

  return null;
}
