import Link from 'next/link';
import { type Column, DataTable } from '#components/ui/data-table.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { Time } from '#components/ui/time.tsx';
import type { EventSummary } from '#lib/contracts/events.ts';
import { NOT_APPLICABLE } from '#lib/format.ts';
import { paths } from '#lib/paths.ts';

/** Events, one a line. */
export function EventTable({
  rows,
  empty,
}: {
  readonly rows: readonly EventSummary[];
  readonly empty: React.ReactNode;
}) {
  return (
    <DataTable
      caption="Events, newest first"
      columns={COLUMNS}
      empty={empty}
      narrow={(event) => (
        <Link
          className="grid min-h-11 grid-cols-[minmax(0,1fr)_auto] gap-x-3"
          href={paths.event(event.id)}
          prefetch={false}
        >
          <span className="truncate">
            <RefLink value={event.trigger_ref} />
          </span>
          <span className="text-right">{event.id}</span>
          <span className="truncate text-xs text-ink-3">{sourceWords(event)}</span>
          <span className="text-right text-xs text-ink-3">
            <Time at={event.created} />
          </span>
        </Link>
      )}
      rowKey={({ id }) => id}
      rows={rows}
    />
  );
}

const COLUMNS: readonly Column<EventSummary>[] = [
  {
    key: 'id',
    head: 'Event',
    numeric: true,
    className: 'w-20',
    cell: ({ id }) => (
      <Link
        className="inline-block leading-6 hover:underline underline-offset-2"
        href={paths.event(id)}
        prefetch={false}
      >
        {id}
      </Link>
    ),
  },
  {
    key: 'trigger',
    head: 'Trigger',
    cell: ({ trigger_ref: ref }) => <RefLink href={paths.trigger(ref)} value={ref} />,
  },
  { key: 'source', head: 'Came from', cell: (event) => <Source event={event} /> },
  {
    key: 'rule',
    head: 'For one rule',
    from: 'lg',
    cell: ({ rule_ref: ref }) =>
      ref === null ? (
        <span className="text-ink-3">all rules</span>
      ) : (
        <RefLink href={paths.rule(ref)} value={ref} />
      ),
  },
  {
    key: 'trace',
    head: 'Trace tag',
    from: 'lg',
    cell: ({ trace_tag: tag }) =>
      tag === null ? (
        <span className="text-ink-3">{NOT_APPLICABLE}</span>
      ) : (
        <RefLink href={paths.executions({ trace: tag })} value={tag} />
      ),
  },
  {
    key: 'payload',
    head: 'Payload',
    from: 'md',
    cell: ({ has_payload: has }) => (
      <span className={has ? 'text-ink-2' : 'text-ink-3'}>{has ? 'yes' : 'empty'}</span>
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

function Source({ event }: { readonly event: EventSummary }) {
  if (event.source_kind === 'sensor' && event.source_ref !== null)
    return <RefLink href={paths.sensor(event.source_ref)} value={event.source_ref} />;
  if (event.source_kind === 'execution' && event.source !== null) {
    return (
      <>
        run <RefLink href={paths.execution(event.source)} value={event.source} />
      </>
    );
  }
  return <span className="text-ink-2">{sourceWords(event)}</span>;
}

/** Who sent an event, in words. */
export function sourceWords({ source_kind: kind, source, source_ref: ref }: EventSummary): string {
  switch (kind) {
    case 'sensor':
      return `sensor ${ref ?? 'that is gone'}`;
    case 'execution':
      return `run ${source ?? 'that is gone'}`;
    case 'webhook':
      return 'webhook';
    case 'identity':
      return ref ?? 'a person';
  }
}
