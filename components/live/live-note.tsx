'use client';

import { useEffect, useRef } from 'react';
import { useShortcuts } from '#components/shell/use-shortcuts.ts';
import type { ChangeTopic } from '#lib/contracts/changes.ts';
import { LiveWords } from './live-words.tsx';
import { useChanges } from './use-changes.ts';
import { useFresh } from './use-fresh.ts';
import { type Growing, useNewer } from './use-newer.ts';
import { useReader } from './use-reader.ts';

interface LiveNoteProps {
  readonly topics: readonly ChangeTopic[];
  /** When the server read the list. */
  readonly readAtMs: number;
  /** Absent: a short list that is read again as it is, rows in their places. */
  readonly growing?: Growing;
}

/**
 * Keeps the list live that it stands above. Rows change in their places; new ones come by themselves while nobody is
 * busy with the list, and are counted until they are asked for while somebody is.
 */
export function LiveNote({ topics, readAtMs, growing }: LiveNoteProps) {
  const here = useRef<HTMLSpanElement>(null);
  const region = useRef<HTMLElement | null>(null);
  useEffect(() => {
    region.current = here.current?.closest('section') ?? null;
  }, []);
  const isBusy = useReader(region);
  const { newer, note, count } = useNewer(growing, readAtMs);
  const isOlder = growing?.newestHref !== undefined;

  const { mark, refresh, isRefreshing } = useFresh(() => {
    // A question that is open asks about what stands on the page.
    if (growing === undefined) return document.querySelector('[role=alertdialog]') === null;
    if (!isOlder && growing.isHeld !== true && !isBusy()) return true;
    count();
    return false;
  });
  const { lostSince, retry } = useChanges(topics, readAtMs, () => {
    note();
    mark();
  });
  useShortcuts({ newer: () => (newer > 0 && !isOlder ? refresh() : false) });

  return (
    <span ref={here}>
      <LiveWords
        isRefreshing={isRefreshing}
        lostSince={lostSince}
        newer={newer}
        newestHref={growing?.newestHref}
        noun={growing?.noun}
        onRefresh={refresh}
        onRetry={retry}
      />
    </span>
  );
}
