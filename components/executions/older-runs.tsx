'use client';

import Link from 'next/link';
import { useEffect, useEffectEvent, useRef } from 'react';
import { formatCount } from '#lib/format.ts';
import { paths } from '#lib/paths.ts';
import { type Search, withSearch } from '#lib/search.ts';
import type { useJoined } from './use-joined.ts';

/** Older rows are asked for before one comes to the end of what is here. */
const AHEAD_PX = 800;

const LOOK = 'underline underline-offset-2 hover:text-ink';

export const newestOf = (search: Search): string =>
  withSearch(paths.executions(), { ...search, cursor: undefined });

/** The end of the list: loads what is older as one comes near, says how far it goes, and links on without scrolling. */
export function OlderRuns({
  joined,
  search,
}: {
  readonly joined: ReturnType<typeof useJoined>;
  readonly search: Search;
}) {
  const { rows, cursor, mayLoad, isLoading, isDry, problem, load } = joined;
  const end = useRef<HTMLElement>(null);
  const reach = useEffectEvent((isNear: boolean) => {
    // A search that found nothing in a page goes on when it is told to, not through the whole history by itself.
    if (isNear && problem === null && !isDry) load();
  });
  const count = rows.length;
  useEffect(() => {
    const element = end.current;
    if (element === null) return;
    // Watched anew after each page: one that is still near would not be told again.
    const observer = new IntersectionObserver(
      (seen) => reach(seen.some(({ isIntersecting }) => isIntersecting)),
      { rootMargin: `${AHEAD_PX}px` },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [count, cursor]);

  const isFirst = search['cursor'] === undefined;
  return (
    <nav aria-label="Pages" className="mt-3 flex min-h-6 gap-4 text-ink-2" ref={end}>
      {!isFirst && (
        <Link className={LOOK} href={newestOf(search)}>
          Newest runs
        </Link>
      )}
      {cursor !== null && (
        <Link
          className={LOOK}
          href={withSearch(paths.executions(), { ...search, cursor })}
          onClick={(event) => {
            if (!mayLoad || event.ctrlKey || event.metaKey) return;
            event.preventDefault();
            load();
          }}
          prefetch={false}
        >
          {isDry ? 'Look further back' : 'Older runs'}
        </Link>
      )}
      <span className="ml-auto text-ink-3" role="status">
        {problem !== null
          ? `Older runs could not be loaded. ${problem}`
          : isLoading
            ? 'Loading older runs'
            : count === 0
              ? ''
              : cursor === null && isFirst
                ? `All ${formatCount(count)}`
                : `${formatCount(count)} shown`}
      </span>
    </nav>
  );
}
