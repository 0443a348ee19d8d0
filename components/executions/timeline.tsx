import { DataTable } from '#components/ui/data-table.tsx';
import { Glyph } from '#components/ui/glyph.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Time } from '#components/ui/time.tsx';
import type { Attempt, Execution, ExecutionSummary } from '#lib/contracts/executions.ts';
import type { TokenStatus } from '#lib/contracts/tokens.ts';
import { formatDuration } from '#lib/format.ts';
import { counted } from '#lib/sentences/part.ts';
import { segmentsOf } from './segments.ts';
import { TimelineChart } from './timeline-chart.tsx';
import { type Mark, MARK_TONES, marksOf } from './timeline-marks.ts';

interface TimelineProps {
  readonly run: Execution;
  readonly attempts: readonly Attempt[];
  /** Of the attempts, as far as they had one. */
  readonly tokens: readonly TokenStatus[];
  /** Its children. */
  readonly started: readonly ExecutionSummary[];
  readonly nowMs: number;
}

/** All that happened to a run on one axis, and the same as a list. */
export function Timeline({ run, attempts, tokens, started, nowMs }: TimelineProps) {
  const marks = marksOf(run, attempts, tokens, started);
  const startMs = Date.parse(run.created);
  const segments = segmentsOf(run, attempts, nowMs);
  const runEndMs = Math.max(
    run.finished_at === null ? nowMs : Date.parse(run.finished_at),
    ...segments.map(({ toMs }) => toMs),
    startMs + 1,
  );
  const endMs = Math.max(runEndMs, ...marks.map(({ at }) => Date.parse(at)));
  const numbers = [...new Set(segments.map(({ attempt }) => attempt))];

  return (
    <div className="grid gap-3">
      <TimelineChart
        // A run that goes on has a longer axis each time that it is read.
        key={endMs}
        marks={marks}
        run={{ fromMs: startMs, toMs: runEndMs }}
        tokens={tokens.map((token) => ({
          fromMs: Date.parse(token.issued_at),
          toMs: token.ended_at === null ? runEndMs : Date.parse(token.ended_at),
        }))}
        tries={numbers.map((number) => ({
          label:
            numbers.length === 1
              ? 'Phases'
              : attempts.some((attempt) => attempt.number === number)
                ? `Attempt ${number}`
                : run.finished_at === null
                  ? 'Next'
                  : 'Last wait',
          segments: segments.filter(({ attempt }) => attempt === number),
        }))}
        whole={{ fromMs: startMs, toMs: endMs }}
      />
      <MomentList marks={marks} startMs={startMs} />
    </div>
  );
}

function MomentList({
  marks,
  startMs,
}: {
  readonly marks: readonly Mark[];
  readonly startMs: number;
}) {
  return (
    <Panel note={counted(marks.length, 'moment')} title="The same as a list">
      <DataTable
        caption="What happened, in order"
        columns={[
          {
            key: 'at',
            head: 'Time',
            className: 'w-32',
            cell: ({ mark }) => <Time at={mark.at} kind="clock" />,
          },
          {
            key: 'after',
            head: 'After',
            numeric: true,
            className: 'w-24 text-ink-2',
            cell: ({ mark }) => `+${formatDuration(Date.parse(mark.at) - startMs)}`,
          },
          {
            key: 'what',
            head: 'What',
            cell: ({ mark }) => <What mark={mark} />,
          },
        ]}
        narrow={({ mark }) => (
          <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3">
            <What mark={mark} />
            <span className="text-right text-xs text-ink-3">
              +{formatDuration(Date.parse(mark.at) - startMs)}
            </span>
            <span className="text-xs text-ink-3">
              <Time at={mark.at} kind="clock" />
            </span>
          </div>
        )}
        rowKey={({ index }) => index}
        rows={marks.map((mark, index) => ({ mark, index }))}
      />
    </Panel>
  );
}

function What({ mark: { what, tone } }: { readonly mark: Mark }) {
  const { text, glyph } = MARK_TONES[tone];
  return (
    <span className={`flex items-center gap-1.5 wrap-anywhere ${text}`}>
      {glyph !== null && <Glyph name={glyph} />}
      {what}
    </span>
  );
}
