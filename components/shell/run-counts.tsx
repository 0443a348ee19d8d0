'use client';

import Link from 'next/link';
import { useState, useSyncExternalStore } from 'react';
import { Glyph } from '#components/ui/glyph.tsx';
import { useStream } from '#components/ui/use-stream.ts';
import type { LiveCounts } from '#lib/contracts/executions.ts';
import { formatCount } from '#lib/format.ts';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';

const URL = withSearch(paths.executionStream(), { counts: 'true' });

/**
 * What runs and waits, as it changes. Only while somebody looks: a browser opens few connections to one address, and
 * each tab would hold one.
 */
export function useLiveCounts(read: LiveCounts | null): LiveCounts | null {
  const [told, setTold] = useState<{ from: LiveCounts | null; counts: LiveCounts } | null>(null);
  const isSeen = useSyncExternalStore(
    onVisibility,
    () => !document.hidden,
    () => false,
  );
  useStream(read !== null && isSeen ? URL : null, ['counts'], (_, data) => {
    // Our own server's word, as it stands: a parser would be in the first load of every page.
    setTold({ from: read, counts: data as LiveCounts });
  });
  return told?.counts ?? read;
}

function onVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}

/** Two figures in boxes that have their width already. */
export function RunCounts({ running, waiting }: Pick<LiveCounts, 'running' | 'waiting'>) {
  return (
    <span className="ml-auto flex gap-2.5 text-xs font-normal">
      <Count glyph="requested" noun="waiting" value={waiting} />
      <Count glyph="running" noun="running" value={running} />
    </span>
  );
}

function Count({
  value,
  noun,
  glyph,
}: {
  readonly value: number;
  readonly noun: string;
  readonly glyph: 'running' | 'requested';
}) {
  const tone = value === 0 ? 'text-ink-3' : glyph === 'running' ? 'text-running' : 'text-ink-2';
  return (
    <span className={`inline-flex min-w-[4ch] items-center justify-end gap-1 ${tone}`} title={noun}>
      <Glyph name={glyph} size={9} />
      {formatCount(value)}
      <span className="sr-only"> {noun}</span>
    </span>
  );
}

/** What somebody should look at; nothing when there is nothing. */
export function RunAlarms({ stuck, quarantined }: Pick<LiveCounts, 'stuck' | 'quarantined'>) {
  const alarms = [
    { count: stuck, words: 'stuck', href: paths.home() },
    {
      count: quarantined,
      words: 'quarantined',
      href: paths.executions({ reason: 'quarantined' }),
    },
  ].filter(({ count }) => count > 0);
  return alarms.map(({ count, words, href }) => (
    <Link
      key={words}
      className="flex h-[26px] items-center gap-1.5 rounded-sm pr-2 pl-7 text-xs font-medium text-failed hover:bg-hover pointer-coarse:h-11"
      href={href}
    >
      <Glyph name="alarm" size={10} /> {formatCount(count)} {words}
    </Link>
  ));
}
