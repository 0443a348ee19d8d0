import Link from 'next/link';
import { type Column, DataTable } from '#components/ui/data-table.tsx';
import { Glyph, type GlyphName } from '#components/ui/glyph.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Time } from '#components/ui/time.tsx';
import type { Attempt, Execution } from '#lib/contracts/executions.ts';
import { formatBytes, formatDuration, msBetween, NOT_APPLICABLE } from '#lib/format.ts';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';
import { attemptWords } from '#lib/sentences/attempt.ts';
import { firstLine } from '#lib/sentences/execution-end.ts';
import { counted } from '#lib/sentences/part.ts';
import type { RunTab } from './run-tabs.ts';
import { waitBefore } from './segments.ts';

interface AttemptComparisonProps {
  readonly run: Execution;
  readonly attempts: readonly Attempt[];
  readonly tab: RunTab;
  /** The one that is looked at; undefined: all, or the last where there is only one to look at. */
  readonly selected: number | undefined;
}

/** More are folded: the last ones are what one looks for. */
const SHOWN_MAX = 8;

/** The tries of a run side by side; each leads to its own output, context, token and result. */
export function AttemptComparison({ run, attempts, tab, selected }: AttemptComparisonProps) {
  if (attempts.length < 2) return null;
  const current = selected ?? (tab === 'output' ? undefined : attempts.at(-1)?.number);
  const rows = attempts.map((attempt, index) => ({
    attempt,
    waitMs: waitBefore(run, attempts, index),
  }));
  const folded = rows.slice(0, Math.max(0, rows.length - SHOWN_MAX));
  const table = (shown: readonly Row[], caption: string) => (
    <DataTable
      caption={caption}
      columns={columns(run, tab, current)}
      narrow={(row) => <NarrowRow current={current} row={row} run={run} tab={tab} />}
      rowKey={({ attempt }) => attempt.id}
      rows={shown}
      selected={({ attempt }) => attempt.number === current}
    />
  );
  return (
    <Panel
      className="mt-3"
      end={
        selected !== undefined && (
          <Link
            className="underline underline-offset-2"
            href={hrefTo(run, tab, undefined)}
            scroll={false}
          >
            {tab === 'output' ? 'Show all attempts' : 'Show the last'}
          </Link>
        )
      }
      note={`${counted(attempts.length, 'attempt')} of at most ${Math.max(run.max_retries + 1, attempts.length)}`}
      title="Attempts side by side"
    >
      {folded.length > 0 && (
        <details className="border-b border-line">
          <summary className="cursor-pointer px-3 leading-[30px] text-ink-2">
            {counted(folded.length, 'earlier attempt')}
          </summary>
          {table(folded, 'Earlier attempts, first one first')}
        </details>
      )}
      {table(rows.slice(folded.length), 'Attempts, first one first')}
    </Panel>
  );
}

interface Row {
  readonly attempt: Attempt;
  readonly waitMs: number | null;
}

const hrefTo = ({ id }: Execution, tab: RunTab, attempt: number | undefined): string =>
  withSearch(paths.execution(id), {
    tab: tab === 'output' ? undefined : tab,
    attempt: attempt?.toString(),
  });

const columns = (run: Execution, tab: RunTab, current: number | undefined): Column<Row>[] => [
  {
    key: 'number',
    head: 'Attempt',
    className: 'w-20',
    cell: ({ attempt: { number } }) => (
      <Link
        aria-current={number === current ? 'true' : undefined}
        className="inline-block min-w-6 leading-6 font-medium underline-offset-2 hover:underline"
        href={hrefTo(run, tab, number)}
        scroll={false}
      >
        <span className="sr-only">Attempt </span>
        {number}
      </Link>
    ),
  },
  {
    key: 'how',
    head: 'How it ended',
    className: 'min-w-52',
    cell: ({ attempt }) => <How attempt={attempt} run={run} />,
  },
  {
    key: 'worker',
    head: 'Worker',
    from: 'lg',
    className: 'whitespace-nowrap text-ink-2',
    cell: ({ attempt: { worker, worker_name: name } }) => name ?? `worker ${worker}`,
  },
  {
    key: 'waited',
    head: 'Waited',
    numeric: true,
    from: 'lg',
    className: 'text-ink-2',
    cell: ({ waitMs }) => formatDuration(waitMs),
  },
  {
    key: 'started',
    head: 'Started',
    numeric: true,
    from: 'lg',
    className: 'text-ink-2',
    cell: ({ attempt }) => <Time at={attempt.process_started_at} kind="clock" />,
  },
  {
    key: 'took',
    head: 'Took',
    numeric: true,
    cell: ({ attempt }) => formatDuration(tookMs(attempt)),
  },
  { key: 'exit', head: 'Exit', numeric: true, cell: ({ attempt }) => exitOf(attempt) },
  {
    key: 'output',
    head: 'Output',
    numeric: true,
    className: 'text-ink-2',
    cell: ({ attempt: { stdout_bytes: out, stderr_bytes: err } }) => formatBytes(out + err),
  },
  {
    key: 'error',
    head: 'First line of the error',
    from: 'lg',
    className: 'w-[26%] max-w-0 truncate text-ink-2',
    cell: ({ attempt }) => {
      const error = errorOf(attempt);
      return error === null ? (
        <span className="text-ink-3">{NOT_APPLICABLE}</span>
      ) : (
        <span title={error}>{error}</span>
      );
    },
  },
  {
    key: 'look',
    head: 'Look at its',
    className: 'w-px whitespace-nowrap',
    cell: ({ attempt }) => <Looks number={attempt.number} run={run} />,
  },
];

const LOOKS: readonly { readonly tab: RunTab; readonly word: string }[] = [
  { tab: 'output', word: 'output' },
  { tab: 'context', word: 'context' },
  { tab: 'token', word: 'token' },
  { tab: 'input', word: 'result' },
];

const Looks = ({ run, number }: { readonly run: Execution; readonly number: number }) => (
  <span className="flex gap-x-3 whitespace-nowrap text-ink-2">
    {LOOKS.map(({ tab, word }) => (
      <Link
        key={tab}
        aria-label={`${word} of attempt ${number}`}
        className="leading-6 underline decoration-line-strong underline-offset-2 hover:text-ink"
        href={hrefTo(run, tab, number)}
        scroll={false}
      >
        {word}
      </Link>
    ))}
  </span>
);

function How({ attempt, run }: { readonly attempt: Attempt; readonly run: Execution }) {
  const isCalm = attempt.status === 'completed' || attempt.status === 'running';
  return (
    <span className="flex min-w-0 items-start gap-x-1.5 py-1">
      <Glyph className={`mt-1 ${LOOK[attempt.status].text}`} name={LOOK[attempt.status].glyph} />
      <span className={isCalm ? 'text-ink-2' : ''}>
        {attemptWords(attempt, run)}
        {attempt.kill_unproven && (
          <span className="flex items-center gap-1 font-medium whitespace-nowrap text-failed">
            <Glyph name="alarm" /> kill unproven
          </span>
        )}
      </span>
    </span>
  );
}

function NarrowRow({
  row: { attempt, waitMs },
  run,
  tab,
  current,
}: {
  readonly current: number | undefined;
  readonly row: Row;
  readonly run: Execution;
  readonly tab: RunTab;
}) {
  const error = errorOf(attempt);
  return (
    <div className="grid gap-0.5">
      <div className="flex items-baseline gap-x-3">
        <Link
          aria-current={attempt.number === current ? 'true' : undefined}
          className="border-l-2 border-transparent font-medium underline underline-offset-2 aria-[current=true]:border-accent aria-[current=true]:pl-1.5 aria-[current=true]:text-accent"
          href={hrefTo(run, tab, attempt.number)}
          scroll={false}
        >
          Attempt {attempt.number}
        </Link>
        <span className="ml-auto text-xs text-ink-2">
          waited {formatDuration(waitMs)}, took {formatDuration(tookMs(attempt))}
        </span>
      </div>
      <How attempt={attempt} run={run} />
      {error !== null && <p className="text-xs wrap-anywhere text-ink-2">{error}</p>}
      <div className="text-xs">
        <Looks number={attempt.number} run={run} />
      </div>
    </div>
  );
}

const tookMs = ({ process_started_at: start, claimed_at: claimed, ended_at: end }: Attempt) =>
  msBetween(start ?? claimed, end);

function exitOf({ exit_code: code, signal }: Attempt) {
  if (signal !== null) return signal;
  return code === null ? <span className="text-ink-3">{NOT_APPLICABLE}</span> : code;
}

function errorOf({ result }: Attempt): string | null {
  const error = result['error'];
  return typeof error === 'string' && error !== '' ? firstLine(error) : null;
}

const LOOK: Readonly<
  Record<Attempt['status'], { readonly glyph: GlyphName; readonly text: string }>
> = {
  running: { glyph: 'running', text: 'text-running' },
  completed: { glyph: 'completed', text: 'text-completed' },
  failed: { glyph: 'failed', text: 'text-failed' },
  timeout: { glyph: 'timeout', text: 'text-timeout' },
  cancelled: { glyph: 'cancelled', text: 'text-cancelled' },
  lost: { glyph: 'abandoned', text: 'text-abandoned' },
};
