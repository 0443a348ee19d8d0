'use client';

import { useEffect, useMemo, useRef, useState } from 'react';
import type { LogLine } from './log-model.ts';
import { LogSearch, searchOn } from './log-search.ts';
import { type PatternSearch, startPatternSearch } from './pattern-search.ts';

/** So long it may keep the page from answering: less than a frame. */
const SLICE_MS = 10;
/** Between two paintings of a count that grows. */
const PAINT_MS = 150;

/**
 * Searches what is shown while the page answers: words in slices, regular expressions in a thread of their own, for
 * nobody knows how long one of them takes.
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
  const aside = useRef<PatternSearch | null>(null);

  useEffect(() => {
    if (!isRegex || search.pattern === null) return;
    const started = startPatternSearch(search, paintedNowAndThen(search, paint));
    aside.current = started;
    return () => {
      aside.current = null;
      started.stop();
    };
  }, [search, isRegex]);

  useEffect(() => {
    if (search.pattern === null) return;
    if (isRegex) return aside.current?.goOn();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const told = paintedNowAndThen(search, paint);
    const go = () => {
      const until = performance.now() + SLICE_MS;
      searchOn(search, () => performance.now() >= until);
      told();
      if (!search.isDone) timer = setTimeout(go);
    };
    timer = setTimeout(go);
    return () => clearTimeout(timer);
  }, [search, isRegex, version]);

  return search;
}

/** To be called when something was found: the first hit and the end are painted at once, a count that grows seldom. */
function paintedNowAndThen(
  search: LogSearch,
  paint: (next: (count: number) => number) => void,
): () => void {
  let paintedAt = -PAINT_MS;
  let painted = search.hits.length;
  return () => {
    const now = performance.now();
    const hasFirst = painted === 0 && search.hits.length > 0;
    if (!search.isDone && !hasFirst && now - paintedAt < PAINT_MS) return;
    paintedAt = now;
    painted = search.hits.length;
    paint((count) => count + 1);
  };
}
