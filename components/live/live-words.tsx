'use client';

import Link from 'next/link';
import { Glyph } from '#components/ui/glyph.tsx';
import { Time } from '#components/ui/time.tsx';
import { NEWER_MAX } from './use-newer.ts';

interface LiveWordsProps {
  /** Since when the connection is gone; null while it holds. */
  readonly lostSince: string | null;
  readonly newer: number;
  /** "event"; undefined for a list that does not grow at its top. */
  readonly noun: string | undefined;
  /** Of an older page. */
  readonly newestHref?: string | undefined;
  readonly isRefreshing: boolean;
  readonly onRefresh: () => void;
  readonly onRetry: () => void;
  /** From so many on they are not told exactly. */
  readonly newerMax?: number;
  /** After the number, where it may be fewer: ", if they fit". */
  readonly caveat?: string;
}

const PRESS = 'dense min-h-6 font-medium text-accent hover:underline';

/** One line of fixed height: live, so many newer, or since when nothing came. */
export function LiveWords(props: LiveWordsProps) {
  const { lostSince, newer, noun, newestHref } = props;
  const hasNewer = newer > 0 && noun !== undefined;
  return (
    <span className="inline-flex min-h-6 items-center gap-2 text-xs text-ink-3">
      {lostSince !== null ? (
        <Lost onRetry={props.onRetry} since={lostSince} />
      ) : hasNewer && newestHref !== undefined ? (
        <Link className={PRESS} href={newestHref}>
          Newer {noun}s have come
        </Link>
      ) : hasNewer ? (
        <ShowNewer {...props} noun={noun} />
      ) : (
        restWords(noun, newestHref)
      )}
      {/* Not the figure: it changes too often to be spoken. */}
      <span className="sr-only" role="status">
        {lostSince !== null ? 'No live data' : hasNewer ? `Newer ${noun}s have come` : ''}
      </span>
    </span>
  );
}

function restWords(noun: string | undefined, newestHref: string | undefined): string {
  if (noun === undefined) return 'Live';
  return newestHref === undefined ? 'Live; newest first' : `Older ${noun}s`;
}

const Lost = ({ since, onRetry }: { readonly since: string; readonly onRetry: () => void }) => (
  <span className="flex items-center gap-1.5 text-timeout">
    <Glyph name="warning" size={10} />
    <span>
      No live data since <Time at={since} kind="clock" />
    </span>
    <button className="dense min-h-6 underline underline-offset-2" onClick={onRetry} type="button">
      Try now
    </button>
  </span>
);

function ShowNewer({
  newer,
  noun,
  isRefreshing,
  onRefresh,
  newerMax = NEWER_MAX,
  caveat = '',
}: LiveWordsProps & { readonly noun: string }) {
  return (
    <>
      <button className={PRESS} disabled={isRefreshing} onClick={onRefresh} type="button">
        {newer >= newerMax ? `${newerMax} or more` : newer} newer {noun}
        {newer === 1 ? '' : 's'}
        {caveat}
      </button>
      <span className="max-md:hidden">
        press{' '}
        <kbd className="rounded-xs border border-line-strong bg-surface px-1 font-mono text-2xs">
          .
        </kbd>{' '}
        to show {newer === 1 ? 'it' : 'them'}
      </span>
    </>
  );
}
