import type { ReactNode } from 'react';
import type { EventSummary } from '#lib/contracts/events.ts';
import { paths } from '#lib/paths.ts';
import { DataTable } from '#components/ui/data-table.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { Time } from '#components/ui/time.tsx';

/** The newest events of a trigger. */
export function EventList({
  events,
  empty,
}: {
  readonly events: readonly EventSummary[];
  readonly empty: ReactNode;
}) {
  return (
    <DataTable
      caption="Events, newest first"
      columns={[
        {
          key: 'id',
          head: 'Event',
          cell: ({ id }) => <RefLink href={paths.event(id)} value={id} />,
        },
        {
          key: 'at',
          head: 'Stored',
          cell: ({ created }) => <Time at={created} className="text-ink-2" />,
        },
        {
          key: 'from',
          head: 'From',
          cell: ({ source_ref: ref, source_kind: kind }) => (
            <span className="text-ink-2">{ref ?? kind}</span>
          ),
        },
        {
          key: 'for',
          head: 'Meant for',
          cell: ({ rule_ref: ref }) =>
            ref === null ? (
              <span className="text-ink-3">every rule</span>
            ) : (
              <RefLink href={paths.rule(ref)} value={ref} />
            ),
        },
      ]}
      empty={empty}
      rowKey={({ id }) => id}
      rows={events}
    />
  );
}
