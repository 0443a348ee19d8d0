'use client';

import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { LiveWords } from '#components/live/live-words.tsx';
import { useFresh } from '#components/live/use-fresh.ts';
import { useReader } from '#components/live/use-reader.ts';
import { useShortcuts } from '#components/shell/use-shortcuts.ts';
import type { ExecutionSummary } from '#lib/contracts/executions.ts';
import type { ExecutionStatus } from '#lib/domain/execution-status.ts';
import type { Search } from '#lib/search.ts';
import { BulkBar, type MayWithRuns } from './bulk-bar.tsx';
import { ExecutionTable } from './execution-table.tsx';
import { CHANGES_MAX, countNewer, currentRows } from './live-rows.ts';
import { newestOf, OlderRuns } from './older-runs.tsx';
import { useJoined } from './use-joined.ts';
import { useRunChanges } from './use-run-changes.ts';

interface LiveExecutionsProps {
  readonly rows: readonly ExecutionSummary[];
  /** Where the next older ones begin; null: there are none. */
  readonly cursor: string | null;
  readonly readAtMs: number;
  readonly streamUrl: string;
  /** As the address says it, to page on without scrolling. */
  readonly search: Search;
  /** As the API is asked for older ones. */
  readonly filters: Search;
  /** The stream says every change; these are shown. Empty: all. */
  readonly statuses: readonly ExecutionStatus[];
  /** Why they ended; undefined: whyever. */
  readonly reason: string | undefined;
  /** False where a time range has its end: nothing newer belongs there. */
  readonly isOpenEnded: boolean;
  readonly empty: React.ReactNode;
  readonly may: MayWithRuns;
  /** False: some of what the stream tells may not fit the filters. */
  readonly isToldWhole: boolean;
}

/**
 * A list that is alive: rows change in their places. Newer ones come by themselves while the reader is at the top and
 * busy with none of them, and wait until they are asked for otherwise. Older ones come as one scrolls.
 */
export function LiveExecutions(props: LiveExecutionsProps) {
  const { rows, cursor, readAtMs, streamUrl, search, filters, statuses, reason, may } = props;
  const region = useRef<HTMLElement>(null);
  const isBusy = useReader(region);
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const joined = useJoined({ rows, cursor, list: JSON.stringify(search), filters });

  const isFirstPage = search['cursor'] === undefined;
  const isGrowing = isFirstPage && props.isOpenEnded;
  const { mark, refresh, isRefreshing } = useFresh(
    () => isGrowing && selected.size === 0 && !isBusy(),
  );
  const { changes, lostSince, retry } = useRunChanges(streamUrl, readAtMs, (isMuch) => {
    // What is on the page has to be right, whoever looks at it.
    refresh();
    if (isMuch) joined.reload();
  });

  const newer =
    isFirstPage && !isGrowing
      ? 0
      : countNewer(joined.rows, changes, {
          statuses,
          reason,
          // What did not fit when the list was read does not come by asking again.
          sinceMs: props.isToldWhole ? 0 : readAtMs,
        });
  const come = useEffectEvent(mark);
  useEffect(() => {
    if (newer > 0) come();
  }, [newer]);
  const showNewer = () => {
    window.scrollTo(0, 0);
    refresh();
  };
  useShortcuts({ newer: () => (newer > 0 && isFirstPage ? showNewer() : false) });

  const shown = currentRows(joined.rows, changes);
  // What is not on the page any more is not selected: nobody would see what it is done to.
  const chosen = shown.filter(({ id }) => selected.has(id));

  return (
    <>
      <section aria-label="Runs" className="rounded-md border border-line bg-surface" ref={region}>
        <div className="flex h-[30px] items-center rounded-t-md border-b border-line bg-sunken px-3">
          <LiveWords
            caveat={props.isToldWhole ? '' : ', if they fit'}
            isRefreshing={isRefreshing}
            lostSince={lostSince}
            newer={newer}
            newerMax={CHANGES_MAX}
            newestHref={isFirstPage ? undefined : newestOf(search)}
            noun="run"
            onRefresh={showNewer}
            onRetry={retry}
          />
        </div>
        <ExecutionTable
          caption="Runs, newest first"
          empty={props.empty}
          hasOlder={joined.cursor !== null}
          readAtMs={readAtMs}
          rows={shown}
          selection={may.cancel || may.rerun ? { ids: selected, onChange: setSelected } : undefined}
        />
      </section>
      <OlderRuns joined={joined} search={search} />
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
