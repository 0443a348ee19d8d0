import type { Attempt, Execution } from '#lib/contracts/executions.ts';
import { formatDuration, msBetween } from '#lib/format.ts';

export type PhaseName = 'queued' | 'starting' | 'running' | 'killing';

export interface Phase {
  readonly name: PhaseName;
  readonly ms: number;
}

type RunTimes = Pick<
  Execution,
  'created' | 'started_at' | 'finished_at' | 'timeout_seconds' | 'status'
>;
type AttemptTimes = Pick<Attempt, 'claimed_at' | 'process_started_at' | 'ended_at' | 'signals'>;

/** Where the time of a run went: its last attempt, and all the waiting before it. */
export function phasesOf(run: RunTimes, last: AttemptTimes | null, nowMs: number): Phase[] {
  const now = new Date(nowMs).toISOString();
  if (last === null)
    return keep([{ name: 'queued', ms: msBetween(run.created, run.finished_at ?? now) ?? 0 }]);
  const end = last.ended_at ?? run.finished_at ?? now;
  const start = last.process_started_at ?? end;
  const kill = last.signals[0]?.at ?? end;
  return keep([
    { name: 'queued', ms: msBetween(run.created, last.claimed_at) ?? 0 },
    { name: 'starting', ms: msBetween(last.claimed_at, start) ?? 0 },
    { name: 'running', ms: msBetween(start, kill < start ? start : kill) ?? 0 },
    { name: 'killing', ms: msBetween(kill, end) ?? 0 },
  ]);
}

/** The same from what a list knows: what went past the time-out was killing. */
export function phasesOfSummary(run: RunTimes, nowMs: number): Phase[] {
  if (run.started_at === null) return [];
  const ranMs = Math.max(
    0,
    (run.finished_at === null ? nowMs : Date.parse(run.finished_at)) - Date.parse(run.started_at),
  );
  const limitMs =
    run.timeout_seconds === null ? Number.POSITIVE_INFINITY : run.timeout_seconds * 1_000;
  return keep([
    { name: 'queued', ms: msBetween(run.created, run.started_at) ?? 0 },
    { name: 'running', ms: Math.min(ranMs, limitMs) },
    { name: 'killing', ms: Math.max(0, ranMs - limitMs) },
  ]);
}

const keep = (phases: readonly Phase[]): Phase[] => phases.filter(({ ms }) => ms > 0);

/** `queued 18 ms, running 30.0 s`. */
export const phaseWords = (phases: readonly Phase[]): string =>
  phases.map(({ name, ms }) => `${name} ${formatDuration(ms)}`).join(', ');
