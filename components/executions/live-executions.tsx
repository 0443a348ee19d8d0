'use client';

import { useRouter } from 'next/navigation';
import { useRef, useState, useTransition } from 'react';
import { ConnectionBanner } from '#components/ui/connection-banner.tsx';
import { useStream } from '#components/ui/use-stream.ts';
import { useShortcuts } from '#components/shell/use-shortcuts.ts';
import { ExecutionSummary } from '#lib/contracts/executions.ts';
import type { ExecutionStatus } from '#lib/domain/execution-status.ts';
import { BulkBar, type MayWithRuns } from './bulk-bar.tsx';
import { ExecutionTable } from './execution-table.tsx';
import { type Changes, CHANGES_MAX, countNewer, currentRows, takeChange } from './live-rows.ts';

interface LiveExecutionsProps {
  readonly rows: readonly ExecutionSummary[];
  readonly readAtMs: number;
  readonly streamUrl: string;
  /** The stream says every change; these are shown. Empty: all. */
  readonly statuses: readonly ExecutionStatus[];
  /** Why they ended; undefined: whyever. */
  readonly reason: string | undefined;
  /** False on older pages: nothing newer belongs there. */
  readonly isNewestPage: boolean;
  readonly empty: React.ReactNode;
  readonly may: MayWithRuns;
  /** False: some of what the stream tells may not fit the filters. */
  readonly isToldWhole: boolean;
}

/** A list that is alive: rows change in their places, newer ones wait until they are asked for. */
export function LiveExecutions({
  rows,
  readAtMs,
  streamUrl,
  statuses,
  reason,
  isNewestPage,
  empty,
  may,
  isToldWhole,
}: LiveExecutionsProps) {
  // What happened between the reading of the list and the first word of the stream must not be missed. The address stays
  // as it is when the list is read again: a new one would be a new connection.
  const [opened, setOpened] = useState({ streamUrl, since: readAtMs });
  if (opened.streamUrl !== streamUrl) setOpened({ streamUrl, since: readAtMs });
  const url = `${opened.streamUrl}${opened.streamUrl.includes('?') ? '&' : '?'}since=${new Date(opened.since).toISOString()}`;

  const [changes, setChanges] = useState<Changes>(new Map());
  const [isRefreshing, startRefresh] = useTransition();
  const wasConnected = useRef(false);
  const router = useRouter();
  const refresh = () => startRefresh(() => router.refresh());

  const { lostSince, retry } = useStream(url, ['hello', 'changed', 'many'], (name, data) => {
    if (name === 'changed') {
      const run = ExecutionSummary.safeParse(data);
      if (run.success) setChanges((known) => takeChange(known, run.data));
    }
    // What happened while the connection was gone is not told again, and of too much at once nothing is told.
    if (name === 'many' || (name === 'hello' && wasConnected.current)) refresh();
    if (name === 'hello') wasConnected.current = true;
  });

  const newer = isNewestPage ? countNewer(rows, changes, statuses, reason) : 0;
  useShortcuts({ newer: refresh });

  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const shown = currentRows(rows, changes);
  // What is not on the page any more is not selected: nobody would see what it is done to.
  const chosen = shown.filter(({ id }) => selected.has(id));

  return (
    <>
      <ConnectionBanner onRetry={retry} since={lostSince} />
      <section aria-label="Runs" className="rounded-md border border-line bg-surface">
        {isNewestPage && (
          <div
            className="flex h-[30px] items-center gap-2 rounded-t-md border-b border-line bg-sunken px-3 text-xs text-ink-3"
            role="status"
          >
            {newer > 0 ? (
              <>
                <button
                  className="dense min-h-6 font-medium text-accent hover:underline"
                  disabled={isRefreshing}
                  onClick={refresh}
                  type="button"
                >
                  {newer >= CHANGES_MAX ? `more than ${CHANGES_MAX}` : newer} newer{' '}
                  {newer === 1 ? 'run' : 'runs'}
                  {!isToldWhole && ', if they fit'}
                </button>
                <span className="max-md:hidden">
                  press{' '}
                  <kbd className="rounded-xs border border-line-strong bg-surface px-1 font-mono text-2xs">
                    .
                  </kbd>{' '}
                  to show them
                </span>
              </>
            ) : (
              <span>{lostSince === null ? 'Live; newest first' : 'Standing still'}</span>
            )}
          </div>
        )}
        <ExecutionTable
          caption="Runs, newest first"
          empty={empty}
          readAtMs={readAtMs}
          rows={shown}
          selection={may.cancel || may.rerun ? { ids: selected, onChange: setSelected } : undefined}
        />
      </section>
      <BulkBar
        may={may}
        onClear={() => setSelected(new Set())}
        onDone={() => {
          setSelected(new Set());
          refresh();
        }}
        runs={chosen}
      />
    </>
  );
}
