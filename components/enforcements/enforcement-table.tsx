import Link from 'next/link';
import { type Column, DataTable } from '#components/ui/data-table.tsx';
import { Glyph, type GlyphName } from '#components/ui/glyph.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { Time } from '#components/ui/time.tsx';
import type { EnforcementSummary } from '#lib/contracts/enforcements.ts';
import { paths } from '#lib/paths.ts';

/** Enforcements, one a line. */
export function EnforcementTable({
  rows,
  empty,
}: {
  readonly rows: readonly EnforcementSummary[];
  readonly empty: React.ReactNode;
}) {
  return (
    <DataTable
      caption="Enforcements, newest first"
      columns={COLUMNS}
      empty={empty}
      narrow={(enforcement) => (
        <Link
          className="grid min-h-11 grid-cols-[minmax(0,1fr)_auto] gap-x-3"
          href={paths.enforcement(enforcement.id)}
          prefetch={false}
        >
          <span className="truncate">
            <RefLink value={enforcement.rule_ref} />
          </span>
          <span className="text-right">{enforcement.id}</span>
          <span className="truncate text-xs text-ink-3">
            {enforcement.execution === null
              ? (enforcement.reason ?? enforcement.status)
              : `run ${enforcement.execution}`}
          </span>
          <span className="text-right text-xs text-ink-3">
            <Time at={enforcement.created} />
          </span>
        </Link>
      )}
      rowKey={({ id }) => id}
      rows={rows}
    />
  );
}

const COLUMNS: readonly Column<EnforcementSummary>[] = [
  {
    key: 'id',
    head: 'Enforcement',
    numeric: true,
    className: 'w-24',
    cell: ({ id }) => (
      <Link
        className="inline-block leading-6 hover:underline underline-offset-2"
        href={paths.enforcement(id)}
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
    cell: ({ status }) => <EnforcementStatusMark status={status} />,
  },
  {
    key: 'rule',
    head: 'Rule',
    cell: ({ rule_ref: ref }) => <RefLink href={paths.rule(ref)} value={ref} />,
  },
  {
    key: 'trigger',
    head: 'Trigger',
    from: 'lg',
    cell: ({ trigger_ref: ref }) => <RefLink href={paths.trigger(ref)} value={ref} />,
  },
  {
    key: 'event',
    head: 'Event',
    numeric: true,
    from: 'md',
    cell: ({ event }) =>
      event === null ? (
        <span className="text-ink-3">–</span>
      ) : (
        <RefLink href={paths.event(event)} value={event} />
      ),
  },
  {
    key: 'run',
    head: 'Run',
    numeric: true,
    cell: ({ execution }) =>
      execution === null ? (
        <span className="text-ink-3">–</span>
      ) : (
        <RefLink href={paths.execution(execution)} value={execution} />
      ),
  },
  {
    key: 'reason',
    head: 'Why no run',
    from: 'lg',
    className: 'w-[30%] max-w-0',
    cell: ({ reason }) => (
      <span className="block truncate" title={reason ?? undefined}>
        {reason ?? ''}
      </span>
    ),
  },
  {
    key: 'created',
    head: 'Created',
    numeric: true,
    className: 'w-28 text-ink-2',
    cell: ({ created }) => <Time at={created} />,
  },
];

/** Glyph and word. */
export function EnforcementStatusMark({
  status,
}: {
  readonly status: EnforcementSummary['status'];
}) {
  return (
    <span className="inline-flex items-center gap-1.5 font-medium whitespace-nowrap text-ink-2">
      <Glyph className={status === 'processed' ? 'text-completed' : ''} name={GLYPHS[status]} />
      {status}
    </span>
  );
}

const GLYPHS: Readonly<Record<EnforcementSummary['status'], GlyphName>> = {
  created: 'requested',
  processed: 'completed',
  disabled: 'no-match',
};
