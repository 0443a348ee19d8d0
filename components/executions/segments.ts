import type { Attempt, Execution } from '#lib/contracts/executions.ts';
import { formatDuration } from '#lib/format.ts';
import type { PhaseName } from './phases.ts';

/** A stretch of a run's time: waiting before a try, or a part of the try. */
export interface Segment {
  readonly name: PhaseName;
  /** The try that it belongs to, or leads to. */
  readonly attempt: number;
  readonly fromMs: number;
  readonly toMs: number;
}

type RunTimes = Pick<Execution, 'created' | 'finished_at' | 'run_after' | 'status'>;
type AttemptTimes = Pick<
  Attempt,
  'number' | 'claimed_at' | 'process_started_at' | 'ended_at' | 'signals'
>;

/** All of a run's time in order: each wait, and what each try did. A wait that goes on ends when its try is due. */
export function segmentsOf(
  run: RunTimes,
  attempts: readonly AttemptTimes[],
  nowMs: number,
): Segment[] {
  const segments: Segment[] = [];
  let freeMs = Date.parse(run.created);
  for (const attempt of attempts) {
    const claimedMs = Date.parse(attempt.claimed_at);
    const endMs = attempt.ended_at === null ? nowMs : Date.parse(attempt.ended_at);
    const startMs =
      attempt.process_started_at === null ? endMs : Date.parse(attempt.process_started_at);
    const signal = attempt.signals[0];
    const killMs = signal === undefined ? endMs : Math.max(startMs, Date.parse(signal.at));
    const own = (name: PhaseName, fromMs: number, toMs: number): Segment => ({
      name,
      attempt: attempt.number,
      fromMs,
      toMs,
    });
    segments.push(
      own('queued', freeMs, claimedMs),
      own('starting', claimedMs, startMs),
      own('running', startMs, killMs),
      own('killing', killMs, endMs),
    );
    freeMs = endMs;
  }
  const isWaiting = WAITING.has(run.status);
  const overMs = run.finished_at === null ? null : Date.parse(run.finished_at);
  const dueMs = run.run_after === null ? nowMs : Math.max(nowMs, Date.parse(run.run_after));
  const until = isWaiting ? dueMs : overMs;
  // What ended while it waited has a last wait that led to nothing.
  if (
    until !== null &&
    until > freeMs &&
    (isWaiting || attempts.length === 0 || until - freeMs > SAME_MOMENT_MS)
  )
    segments.push({
      name: 'queued',
      attempt: (attempts.at(-1)?.number ?? 0) + 1,
      fromMs: freeMs,
      toMs: until,
    });
  return segments.filter(({ fromMs, toMs }) => toMs > fromMs);
}

const WAITING: ReadonlySet<string> = new Set(['requested', 'scheduling', 'scheduled']);
/** An attempt and its run end in one transaction, by clocks that differ by no more. */
const SAME_MOMENT_MS = 50;

/** How long a try was waited for: since the run was asked for, or since the try before it. */
export function waitBefore(
  run: Pick<Execution, 'created'>,
  attempts: readonly Pick<Attempt, 'claimed_at' | 'ended_at'>[],
  index: number,
): number | null {
  const claimed = attempts[index]?.claimed_at;
  const before = index === 0 ? run.created : (attempts[index - 1]?.ended_at ?? null);
  return claimed === undefined || before === null
    ? null
    : Math.max(0, Date.parse(claimed) - Date.parse(before));
}

export interface PhaseTotal {
  readonly name: PhaseName;
  /** `queued`, `waiting between attempts`. */
  readonly words: string;
  readonly ms: number;
}

const ORDER: readonly PhaseName[] = ['queued', 'starting', 'running', 'killing'];

/** How much of a run's time went where; waits between tries are told apart from the first. */
export function totalsOf(segments: readonly Segment[]): PhaseTotal[] {
  const sum = (keep: (segment: Segment) => boolean) =>
    segments.filter(keep).reduce((ms, { fromMs, toMs }) => ms + toMs - fromMs, 0);
  return ORDER.flatMap((name): PhaseTotal[] =>
    name === 'queued'
      ? [
          { name, words: 'queued', ms: sum((one) => one.name === name && one.attempt === 1) },
          {
            name,
            words: 'waiting between attempts',
            ms: sum((one) => one.name === name && one.attempt > 1),
          },
        ]
      : [{ name, words: name, ms: sum((one) => one.name === name) }],
  ).filter(({ ms }) => ms > 0);
}

/** `queued 18 ms, running 30.0 s`. */
export const totalWords = (totals: readonly PhaseTotal[]): string =>
  totals.map(({ words, ms }) => `${words} ${formatDuration(ms)}`).join(', ');
