import type { EnforcementSummary } from '#lib/contracts/enforcements.ts';
import { paths } from '#lib/paths.ts';
import { DataTable } from '#components/ui/data-table.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { StateBadge } from '#components/ui/state-badge.tsx';
import { Time } from '#components/ui/time.tsx';

/** When a rule matched, and what came of it. */
export function EnforcementList({
  enforcements,
  empty,
}: {
  readonly enforcements: readonly EnforcementSummary[];
  readonly empty: string;
}) {
  return (
    <DataTable
      caption="Enforcements, newest first"
      columns={[
        {
          key: 'at',
          head: 'Matched',
          cell: ({ created }) => <Time at={created} className="text-ink-2" />,
        },
        {
          key: 'id',
          head: 'Enforcement',
          numeric: true,
          cell: ({ id }) => <RefLink href={paths.enforcement(id)} value={id} />,
        },
        {
          key: 'event',
          head: 'Event',
          numeric: true,
          cell: ({ event }) =>
            event === null ? '–' : <RefLink href={paths.event(event)} value={event} />,
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
          key: 'came',
          head: 'What came of it',
          className: 'w-[40%]',
          cell: ({ execution, reason }) =>
            execution === null ? (
              <StateBadge tone="warning" word={reason ?? 'no run yet'} />
            ) : (
              <span className="text-ink-2">a run</span>
            ),
        },
      ]}
      empty={<Empty>{empty}</Empty>}
      narrow={({ id, event, execution, reason, created }) => (
        <div className="grid gap-1">
          <div className="flex items-baseline gap-2">
            <RefLink href={paths.enforcement(id)} value={id} />
            <Time at={created} className="ml-auto text-xs text-ink-2" />
          </div>
          <p className="text-xs text-ink-2">
            {event !== null && (
              <>
                event <RefLink href={paths.event(event)} value={event} />,{' '}
              </>
            )}
            {execution === null ? (
              <StateBadge tone="warning" word={reason ?? 'no run yet'} />
            ) : (
              <>
                run <RefLink href={paths.execution(execution)} value={execution} />
              </>
            )}
          </p>
        </div>
      )}
      rowKey={({ id }) => id}
      rows={enforcements}
    />
  );
}
