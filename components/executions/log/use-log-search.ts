'use client';

import { useEffect, useMemo, useState } from 'react';
import type { LogLine } from './log-model.ts';
import { LogSearch } from './log-search.ts';

/** So long it may keep the page from answering: less than a frame. */
const SLICE_MS = 10;
/** Between two paintings of a count that grows. */
const PAINT_MS = 150;

/**
 * Searches what is shown, in slices between which the page answers.
 *
 * @param lines grows in place; another array is another log
 * @param version goes up when it has grown
 */
export function useLogSearch(
  lines: readonly LogLine[],
  version: number,
  words: string,
  isRegex: boolean,
): LogSearch {
  const search = useMemo(() => new LogSearch(lines, words, isRegex), [lines, words, isRegex]);
  const [, paint] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let paintedAt = -PAINT_MS;
    let painted = search.hits.length;
    const go = () => {
      const until = performance.now() + SLICE_MS;
      search.advance(() => performance.now() >= until);
      const now = performance.now();
      const hasFirst = painted === 0 && search.hits.length > 0;
      if (search.isDone || hasFirst || now - paintedAt >= PAINT_MS) {
        paintedAt = now;
        painted = search.hits.length;
        paint((count) => count + 1);
      }
      if (!search.isDone) timer = setTimeout(go);
    };
    if (search.pattern !== null) timer = setTimeout(go);
    return () => clearTimeout(timer);
  }, [search, version]);
  return search;
}
