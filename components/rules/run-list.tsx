import type { ExecutionSummary } from '#lib/contracts/executions.ts';
import { formatDuration, msBetween } from '#lib/format.ts';
import { paths } from '#lib/paths.ts';
import { endSentence } from '#lib/sentences/execution-end.ts';
import { DataTable } from '#components/ui/data-table.tsx';
import { Sentence } from '#components/ui/page-header.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { StatusBadge } from '#components/ui/status-badge.tsx';
import { Time } from '#components/ui/time.tsx';

interface RunListProps {
  readonly runs: readonly ExecutionSummary[];
  readonly empty: React.ReactNode;
  /** Which column is known already, and left out. */
  readonly without: 'rule' | 'action' | 'none';
}

/** Runs, newest first: status, what, why, how long. */
export function RunList({ runs, empty, without }: RunListProps) {
  return (
    <DataTable
      caption="Runs, newest first"
      columns={[
        { key: 'status', head: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
        {
          key: 'id',
          head: 'Run',
          numeric: true,
          cell: ({ id }) => <RefLink href={paths.execution(id)} value={id} />,
        },
        ...(without === 'action'
          ? []
          : [
              {
                key: 'action',
                head: 'Action',
                cell: (run: ExecutionSummary) => (
                  <div className="py-1">
                    <RefLink href={paths.action(run.action_ref)} value={run.action_ref} />
                    {without === 'none' && (
                      <div className="text-xs max-lg:hidden">
                        <RuleOf run={run} />
                      </div>
                    )}
                  </div>
                ),
              },
            ]),
        ...(without === 'action'
          ? [
              {
                key: 'rule',
                head: 'Rule',
                from: 'lg' as const,
                cell: (run: ExecutionSummary) => <RuleOf run={run} />,
              },
            ]
          : []),
        {
          key: 'why',
          head: 'Why',
          className: 'w-[45%] max-w-0',
          cell: (run) => (
            <span className="line-clamp-2" title={run.error ?? undefined}>
              <Sentence parts={[whyOf(run)]} />
            </span>
          ),
        },
        {
          key: 'ended',
          head: 'Ended',
          numeric: true,
          cell: ({ finished_at: at }) => <Time at={at} className="text-ink-2" />,
        },
        {
          key: 'took',
          head: 'Took',
          numeric: true,
          cell: (run) => formatDuration(msBetween(run.started_at, run.finished_at)),
        },
      ]}
      empty={empty}
      narrow={(run) => (
        <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-0.5">
          <RefLink className="font-medium" href={paths.execution(run.id)} value={run.action_ref} />
          <Time at={run.finished_at ?? run.created} className="text-xs text-ink-2" />
          <StatusBadge status={run.status} />
          <span className="text-right text-xs">
            {formatDuration(msBetween(run.started_at, run.finished_at))}
          </span>
          {whyOf(run) !== '' && <p className="col-span-2 text-xs text-ink-2">{whyOf(run)}</p>}
        </div>
      )}
      rowKey={({ id }) => id}
      rows={runs}
    />
  );
}

/** Where both are shown it stands below the action: a column of its own left the reason two words. */
const RuleOf = ({ run: { rule_ref: ref } }: { readonly run: ExecutionSummary }) =>
  ref === null ? (
    <span className="whitespace-nowrap text-ink-3">by hand</span>
  ) : (
    <RefLink href={paths.rule(ref)} value={ref} />
  );

/** The cause in a few words; empty for what completed or still goes on. */
const whyOf = (run: ExecutionSummary): string =>
  run.finished_at === null || run.status === 'completed' ? '' : endSentence(run, null);
