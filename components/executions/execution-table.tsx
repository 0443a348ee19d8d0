'use client';

import Link from 'next/link';
import type { Column } from '#components/ui/table-parts.tsx';
import { VirtualTable } from '#components/ui/virtual-table.tsx';
import { Glyph } from '#components/ui/glyph.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { StatusBadge } from '#components/ui/status-badge.tsx';
import { Time } from '#components/ui/time.tsx';
import type { ExecutionSummary } from '#lib/contracts/executions.ts';
import { formatDuration, msBetween, NOT_APPLICABLE } from '#lib/format.ts';
import { paths } from '#lib/paths.ts';
import { RowSentence, Took, TookNumber } from './live-cells.tsx';

interface ExecutionTableProps {
  readonly rows: readonly ExecutionSummary[];
  readonly caption: string;
  /** When the server read the rows: what is live counts on from there. */
  readonly readAtMs: number;
  readonly empty: React.ReactNode;
  /** Without it no row can be selected. */
  readonly selection?: Selection | undefined;
  /** There are older ones than these. */
  readonly hasOlder?: boolean;
}

export interface Selection {
  readonly ids: ReadonlySet<number>;
  readonly onChange: (ids: ReadonlySet<number>) => void;
}

/** Runs, one a line; two lines each on a small screen. */
export function ExecutionTable({
  rows,
  caption,
  readAtMs,
  empty,
  selection,
  hasOlder = false,
}: ExecutionTableProps) {
  return (
    <VirtualTable
      caption={caption}
      columns={[
        ...(selection === undefined ? [] : [selectColumn(selection, rows)]),
        ...columns(readAtMs),
      ]}
      empty={empty}
      hasMore={hasOlder}
      narrow={(run) =>
        selection === undefined ? (
          <NarrowRow readAtMs={readAtMs} run={run} />
        ) : (
          <div className="grid grid-cols-[28px_minmax(0,1fr)] items-start">
            <SelectRow run={run} selection={selection} />
            <NarrowRow readAtMs={readAtMs} run={run} />
          </div>
        )
      }
      rowKey={({ id }) => id}
      rows={rows}
      selected={({ id }) => selection?.ids.has(id) === true}
    />
  );
}

const BOX = 'dense size-4 align-middle accent-accent';

const selectColumn = (
  { ids, onChange }: Selection,
  rows: readonly ExecutionSummary[],
): Column<ExecutionSummary> => ({
  key: 'select',
  className: 'w-8',
  head: (
    <input
      aria-label="Select all runs of this page"
      checked={rows.length > 0 && rows.every(({ id }) => ids.has(id))}
      className={BOX}
      onChange={(event) =>
        onChange(event.target.checked ? new Set(rows.map(({ id }) => id)) : new Set())
      }
      type="checkbox"
    />
  ),
  cell: (run) => <SelectRow run={run} selection={{ ids, onChange }} />,
});

function SelectRow({
  run: { id },
  selection: { ids, onChange },
}: {
  readonly run: ExecutionSummary;
  readonly selection: Selection;
}) {
  return (
    <input
      aria-label={`Select run ${id}`}
      checked={ids.has(id)}
      className={BOX}
      onChange={(event) => {
        const next = new Set(ids);
        if (event.target.checked) next.add(id);
        else next.delete(id);
        onChange(next);
      }}
      type="checkbox"
    />
  );
}

const columns = (readAtMs: number): Column<ExecutionSummary>[] => [
  {
    key: 'id',
    head: 'Run',
    numeric: true,
    className: 'w-16',
    cell: ({ id }) => (
      <Link
        className="inline-block min-w-6 leading-6 hover:underline underline-offset-2"
        href={paths.execution(id)}
        prefetch={false}
      >
        {id}
      </Link>
    ),
  },
  {
    key: 'status',
    head: 'Status',
    className: 'w-28',
    cell: (run) => (
      <span className="flex items-center gap-2">
        <StatusBadge status={run.status} />
        <Unproven run={run} />
      </span>
    ),
  },
  {
    key: 'action',
    head: 'Action',
    cell: (run) => (
      <RefLink
        className="whitespace-nowrap"
        href={paths.execution(run.id)}
        value={run.action_ref}
      />
    ),
  },
  { key: 'why', head: 'Asked for by', from: 'lg', cell: (run) => <Why run={run} /> },
  {
    key: 'created',
    head: 'Created',
    numeric: true,
    className: 'w-24 text-ink-2',
    cell: ({ created }) => <Time at={created} />,
  },
  {
    key: 'queue',
    head: 'Queue',
    numeric: true,
    from: 'lg',
    className: 'w-20 text-ink-2',
    cell: ({ created, started_at: started }) => formatDuration(msBetween(created, started)),
  },
  {
    key: 'took',
    head: 'To time-out',
    className: 'w-[8%] min-w-20 2xl:w-[12%]',
    cell: (run) => <Took readAtMs={readAtMs} run={run} />,
  },
  {
    key: 'ms',
    head: 'Took',
    numeric: true,
    className: 'w-20',
    cell: (run) => <TookNumber readAtMs={readAtMs} run={run} />,
  },
  {
    key: 'attempt',
    head: 'Attempts',
    numeric: true,
    from: 'lg',
    className: 'w-16 text-ink-2',
    cell: ({ attempt_count: count }) => <Tries count={count} />,
  },
  {
    key: 'sentence',
    head: 'What is so',
    from: 'lg',
    className: 'w-[30%] max-w-0',
    cell: (run) => <RowSentence readAtMs={readAtMs} run={run} />,
  },
];

/** More than one is marked: the run has a history. */
const Tries = ({ count }: { readonly count: number }) =>
  count > 1 ? (
    <span className="rounded-xs bg-neutral-soft px-1.5 py-0.5 font-medium text-ink">{count}</span>
  ) : (
    <span className="px-1.5 text-ink-3">{count}</span>
  );

const Unproven = ({ run }: { readonly run: ExecutionSummary }) =>
  run.kill_unproven && (
    <span
      className="inline-flex items-center gap-1 text-2xs font-medium whitespace-nowrap text-failed"
      title="Kill unproven: nobody could see whether all its processes are gone"
    >
      <Glyph name="alarm" size={10} />
      <span>kill unproven</span>
    </span>
  );

/** The rule, the parent, or nobody but a person. */
function Why({ run }: { readonly run: ExecutionSummary }) {
  if (run.parent !== null) {
    return (
      <span className="whitespace-nowrap text-ink-2">
        child of{' '}
        <Link
          className="underline underline-offset-2"
          href={paths.execution(run.parent)}
          prefetch={false}
        >
          {run.parent}
        </Link>
      </span>
    );
  }
  if (run.rule_ref !== null)
    return (
      <RefLink className="whitespace-nowrap" href={paths.rule(run.rule_ref)} value={run.rule_ref} />
    );
  return (
    <span className="text-ink-2">{run.trigger_ref === null ? 'by hand' : NOT_APPLICABLE}</span>
  );
}

function NarrowRow({
  run,
  readAtMs,
}: {
  readonly run: ExecutionSummary;
  readonly readAtMs: number;
}) {
  return (
    <Link
      className="grid min-h-11 grid-cols-[minmax(0,1fr)_auto] gap-x-3"
      href={paths.execution(run.id)}
      prefetch={false}
    >
      <span className="truncate">
        <RefLink value={run.action_ref} />
      </span>
      <TookNumber readAtMs={readAtMs} run={run} />
      <span className="flex min-w-0 items-baseline gap-2 text-xs">
        <StatusBadge status={run.status} />
        <Unproven run={run} />
        {run.attempt_count > 1 && (
          <span className="whitespace-nowrap text-ink-2">{run.attempt_count} attempts</span>
        )}
        <span className="truncate text-ink-3">
          {run.rule_ref ?? (run.parent === null ? 'by hand' : `child of ${run.parent}`)}
        </span>
      </span>
      <span className="text-right text-xs text-ink-3">
        <Time at={run.created} />
      </span>
      {SPOKEN.has(run.status) && (
        <span className="col-span-2 mt-0.5 text-xs">
          <RowSentence readAtMs={readAtMs} run={run} />
        </span>
      )}
    </Link>
  );
}

/** What a small screen spends a line on: what waits, and what did not complete. */
const SPOKEN: ReadonlySet<string> = new Set([
  'scheduling',
  'scheduled',
  'failed',
  'timeout',
  'cancelled',
  'abandoned',
]);
