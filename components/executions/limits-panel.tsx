import Link from 'next/link';
import { Fragment } from 'react';
import { Facts } from '#components/ui/facts.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Time } from '#components/ui/time.tsx';
import type { Attempt, Execution } from '#lib/contracts/executions.ts';
import { isFinal } from '#lib/domain/execution-status.ts';
import { formatSeconds } from '#lib/format.ts';
import { paths } from '#lib/paths.ts';
import { cancellationWords, limitWords, repeatWords } from '#lib/sentences/limits.ts';
import { counted } from '#lib/sentences/part.ts';
import { resourceLimitWords } from '#lib/sentences/resource-limits.ts';

interface LimitsPanelProps {
  readonly run: Execution;
  /** Whose limits are shown; null before there is one. */
  readonly attempt: Attempt | null;
  /** Who holds the places that it waits for; null where it waits for none, or they are too many. */
  readonly places: readonly number[] | null;
}

/** The three clocks of a run, how often it is tried, what it shares with others, and what it may use. */
export function LimitsPanel({ run, attempt, places }: LimitsPanelProps) {
  const isLive = !isFinal(run.status);
  const repeats = repeatWords(run);
  return (
    <Panel padded title="Clocks and limits">
      <Facts
        facts={{
          'Turn held by':
            places === null || places.length === 0 ? undefined : <Places ids={places} />,
          'Next try':
            run.status === 'scheduled' && run.run_after !== null ? (
              <Time at={run.run_after} kind="clock" />
            ) : undefined,
          'Wait at most': (
            <Clock
              until={isLive ? run.queue_deadline_at : null}
              value={run.queue_timeout_seconds}
            />
          ),
          'Run at most': <Clock until={null} value={run.timeout_seconds} />,
          'In all at most': (
            <Clock until={isLive ? run.deadline_at : null} value={run.deadline_seconds} />
          ),
          Retries:
            run.max_retries === 0
              ? 'none'
              : `up to ${counted(run.max_retries, 'more try', 'more tries')}`,
          'After time-out': run.max_retries === 0 ? undefined : repeats.timeout,
          'Lost worker': repeats.lost,
          Limit:
            run.concurrency === null ? undefined : (
              <>
                {limitWords({ ...run.concurrency, key: null })}
                <code className="block font-mono text-xs">{run.concurrency.key}</code>
              </>
            ),
          'On cancel': cancellationWords(run.cancellation_policy),
          ...(attempt !== null && usageFacts(attempt)),
        }}
      />
    </Panel>
  );
}

/** Nothing is known of a process that was never about to start. */
const usageFacts = ({ limits, isolation }: Attempt) =>
  isolation === null ? {} : resourceLimitWords(limits, isolation.limits ?? null);

function Clock({ value, until }: { readonly value: number | null; readonly until: string | null }) {
  if (value === null) return <span className="text-ink-3">no limit</span>;
  return (
    <>
      {formatSeconds(value)}
      {until !== null && (
        <span className="text-ink-2">
          , until <Time at={until} kind="clock" />
        </span>
      )}
    </>
  );
}

const Places = ({ ids }: { readonly ids: readonly number[] }) =>
  ids.map((id, index) => (
    <Fragment key={id}>
      {index > 0 && ', '}
      <Link className="underline underline-offset-2" href={paths.execution(id)} prefetch={false}>
        {id}
      </Link>
    </Fragment>
  ));
