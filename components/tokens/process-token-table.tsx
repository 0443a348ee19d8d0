import Link from 'next/link';
import type { ReactNode } from 'react';
import { RevokeToken } from '#components/executions/revoke-token.tsx';
import { type Column, DataTable } from '#components/ui/data-table.tsx';
import { StateBadge } from '#components/ui/state-badge.tsx';
import { Time } from '#components/ui/time.tsx';
import type { ProcessTokenLine } from '#lib/contracts/tokens.ts';
import { formatCount } from '#lib/format.ts';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';

interface ProcessTokenTableProps {
  readonly tokens: readonly ProcessTokenLine[];
  readonly mayRevoke: boolean;
  readonly empty: ReactNode;
}

/** Tokens of runs and sensors. Each leads to the calls that were made with it. */
export function ProcessTokenTable({ tokens, mayRevoke, empty }: ProcessTokenTableProps) {
  const revokeOf = ({ kind, state, execution, attempt }: ProcessTokenLine) =>
    mayRevoke &&
    kind === 'execution' &&
    state === 'active' &&
    execution !== null &&
    attempt !== null && <RevokeToken attempt={attempt} id={execution} />;
  const columns: Column<ProcessTokenLine>[] = [
    { key: 'whose', head: 'Of', cell: Whose },
    { key: 'state', head: 'State', cell: State },
    {
      key: 'owner',
      head: 'In the name of',
      from: 'lg',
      cell: ({ owner }) => <span className="wrap-anywhere text-ink-2">{owner ?? '–'}</span>,
    },
    {
      key: 'calls',
      head: 'Calls',
      numeric: true,
      cell: ({ calls }) => <span className="text-ink-2">{formatCount(calls)}</span>,
    },
    { key: 'refused', head: 'Refused', numeric: true, cell: Refused },
    {
      key: 'used',
      head: 'Last used',
      numeric: true,
      from: 'lg',
      cell: ({ last_used_at: at }) => <Time at={at} className="text-ink-2" />,
    },
    {
      key: 'issued',
      head: 'Issued',
      numeric: true,
      cell: ({ issued_at: at }) => <Time at={at} className="text-ink-2" />,
    },
    {
      key: 'ends',
      head: 'Ended or expires',
      numeric: true,
      from: 'lg',
      cell: ({ ended_at: ended, expires_at: expires }) => (
        <Time at={ended ?? expires} className="text-ink-2" />
      ),
    },
    {
      key: 'do',
      head: <span className="sr-only">What one can do</span>,
      numeric: true,
      cell: revokeOf,
    },
  ];
  return (
    <DataTable
      caption="Tokens of runs and sensors"
      columns={columns}
      empty={empty}
      narrow={(token) => (
        <>
          <div className="flex items-center gap-2">
            <span className="min-w-0 flex-1">{Whose(token)}</span>
            {State(token)}
          </div>
          <div className="flex items-center gap-2 text-xs text-ink-2">
            <span className="min-w-0 flex-1">
              {formatCount(token.calls)} calls, {Refused(token)} refused
            </span>
            {revokeOf(token)}
          </div>
        </>
      )}
      rowKey={({ id }) => id}
      rows={tokens}
    />
  );
}

function Whose({ execution, attempt, action_ref: action, sensor_ref: sensor }: ProcessTokenLine) {
  const look = 'underline decoration-accent-line underline-offset-2';
  if (execution === null)
    return sensor === null ? (
      <span className="text-ink-3">a sensor that is gone</span>
    ) : (
      <Link className={`font-mono text-xs ${look}`} href={paths.sensor(sensor)} prefetch={false}>
        {sensor}
      </Link>
    );
  const search = { tab: 'token', attempt: attempt === null ? undefined : String(attempt) };
  return (
    <span className="wrap-anywhere">
      <Link className={look} href={withSearch(paths.execution(execution), search)} prefetch={false}>
        Run {execution}
      </Link>
      {attempt !== null && attempt > 1 && <span className="text-ink-3"> attempt {attempt}</span>}{' '}
      <code className="font-mono text-xs text-ink-3">{action}</code>
    </span>
  );
}

function State({ state, end_reason: reason }: ProcessTokenLine) {
  if (state === 'active') return <StateBadge tone="good" word="active" />;
  const word = state === 'expired' ? 'expired' : `ended: ${(reason ?? '').replaceAll('_', ' ')}`;
  return <StateBadge tone="idle" word={word} />;
}

/** Calls that came after the end are an alarm: somebody kept the token. */
function Refused({ refused, replayed }: ProcessTokenLine) {
  if (refused + replayed === 0) return <span className="text-ink-3">0</span>;
  return (
    <span className="font-medium text-failed">
      {formatCount(refused)}
      {replayed > 0 && ` + ${formatCount(replayed)} after the end`}
    </span>
  );
}
