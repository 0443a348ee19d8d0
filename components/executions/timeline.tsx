import { DataTable } from '#components/ui/data-table.tsx';
import { Glyph, type GlyphName } from '#components/ui/glyph.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Time } from '#components/ui/time.tsx';
import type { Attempt, Execution } from '#lib/contracts/executions.ts';
import type { TokenStatus } from '#lib/contracts/tokens.ts';
import { formatDuration } from '#lib/format.ts';
import { PHASE_LOOK } from './phase-bar.tsx';
import { type Segment, segmentsOf, totalsOf, totalWords } from './segments.ts';
import { type Lane, type Mark, marksOf } from './timeline-marks.ts';

interface TimelineProps {
  readonly run: Execution;
  readonly attempts: readonly Attempt[];
  readonly token: TokenStatus | null;
  readonly nowMs: number;
}

/** All that happened to a run on one axis, and the same as a list. */
export function Timeline({ run, attempts, token, nowMs }: TimelineProps) {
  const marks = marksOf(run, attempts, token);
  const startMs = Date.parse(run.created);
  const segments = segmentsOf(run, attempts, nowMs);
  const endMs = Math.max(
    run.finished_at === null ? nowMs : Date.parse(run.finished_at),
    ...segments.map(({ toMs }) => toMs),
    ...marks.map(({ at }) => Date.parse(at)),
    startMs + 1,
  );
  const share = (ms: number) =>
    `${(Math.max(0, Math.min(1, (ms - startMs) / (endMs - startMs))) * 100).toFixed(3)}%`;
  const tries = [...new Set(segments.map(({ attempt }) => attempt))];
  const runEndMs = run.finished_at === null ? nowMs : Date.parse(run.finished_at);

  return (
    <div className="grid gap-3">
      <Panel note={`${formatDuration(endMs - startMs)} from left to right`} title="Timeline">
        <div className="grid grid-cols-[64px_minmax(0,1fr)] items-center gap-x-3 px-3 py-3 text-xs text-ink-3">
          {tries.map((attempt) => (
            <SegmentRow
              key={attempt}
              label={
                tries.length === 1
                  ? 'Phases'
                  : attempts.some(({ number }) => number === attempt)
                    ? `Attempt ${attempt}`
                    : run.finished_at === null
                      ? 'Next'
                      : 'Last wait'
              }
              segments={segments.filter((one) => one.attempt === attempt)}
              share={share}
            />
          ))}
          <span>Token</span>
          <div className="relative h-7">
            <span aria-hidden className="absolute inset-x-0 top-3.5 h-px bg-line" />
            {token !== null && (
              <span
                aria-label={`Token alive for ${formatDuration((token.ended_at === null ? runEndMs : Date.parse(token.ended_at)) - Date.parse(token.issued_at))}`}
                className="absolute top-3 h-1 min-w-[2px] bg-ink-3"
                role="img"
                style={{
                  left: share(Date.parse(token.issued_at)),
                  right: `calc(100% - ${share(token.ended_at === null ? runEndMs : Date.parse(token.ended_at))})`,
                }}
              />
            )}
          </div>
          <LaneRow label="Signals" lane="signals" marks={marks} share={share} />
          <LaneRow label="API calls" lane="calls" marks={marks} share={share} />
          <span />
          <div className="flex justify-between pt-1 text-2xs">
            <span>0</span>
            <span>{formatDuration((endMs - startMs) / 2)}</span>
            <span>{formatDuration(endMs - startMs)}</span>
          </div>
        </div>
      </Panel>
      <Panel note={`${marks.length} moments`} title="The same as a list">
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
              cell: ({ mark }) => (
                <span
                  className={`flex items-center gap-1.5 wrap-anywhere ${TONES[mark.tone].text}`}
                >
                  {TONES[mark.tone].glyph !== null && (
                    <Glyph name={TONES[mark.tone].glyph ?? 'alarm'} />
                  )}
                  {mark.what}
                </span>
              ),
            },
          ]}
          rowKey={({ index }) => index}
          rows={marks.map((mark, index) => ({ mark, index }))}
        />
      </Panel>
    </div>
  );
}

interface SegmentRowProps {
  readonly label: string;
  readonly segments: readonly Segment[];
  readonly share: (ms: number) => string;
}

/** One try, and the wait before it, where they lie on the axis of all. */
function SegmentRow({ label, segments, share }: SegmentRowProps) {
  return (
    <>
      <span className="whitespace-nowrap">{label}</span>
      <div
        aria-label={`${label}: ${totalWords(totalsOf(segments))}`}
        className="relative h-7"
        role="img"
      >
        <span className="absolute inset-x-0 top-3.5 h-px bg-line" />
        {segments.map(({ name, fromMs, toMs }) => (
          <span
            key={name}
            className={`absolute top-2.5 block h-2 min-w-[2px] ${PHASE_LOOK[name]}`}
            style={{ left: share(fromMs), width: `calc(${share(toMs)} - ${share(fromMs)})` }}
            title={`${name} ${formatDuration(toMs - fromMs)}`}
          />
        ))}
      </div>
    </>
  );
}

interface LaneRowProps {
  readonly label: string;
  readonly lane: Lane;
  readonly marks: readonly Mark[];
  readonly share: (ms: number) => string;
}

function LaneRow({ label, lane, marks, share }: LaneRowProps) {
  const own = marks.filter((mark) => mark.lane === lane);
  return (
    <>
      <span>{label}</span>
      <div
        aria-label={`${label}: ${own.length === 0 ? 'none' : own.map(({ what }) => what).join('; ')}`}
        className="relative h-7"
        role="img"
      >
        <span className="absolute inset-x-0 top-3.5 h-px bg-line" />
        {own.map((mark, index) => (
          <span
            key={index}
            className={`absolute top-2 -ml-1.5 ${TONES[mark.tone].text}`}
            style={{ left: share(Date.parse(mark.at)) }}
            title={mark.what}
          >
            {TONES[mark.tone].glyph === null ? (
              <span className="ml-1 block h-3 w-1 bg-ink-2" />
            ) : (
              <Glyph name={TONES[mark.tone].glyph ?? 'alarm'} />
            )}
          </span>
        ))}
      </div>
    </>
  );
}

const TONES: Readonly<
  Record<Mark['tone'], { readonly text: string; readonly glyph: GlyphName | null }>
> = {
  plain: { text: 'text-ink', glyph: null },
  good: { text: 'text-ink', glyph: 'completed' },
  bad: { text: 'text-failed', glyph: 'failed' },
  alarm: { text: 'text-failed', glyph: 'alarm' },
};
