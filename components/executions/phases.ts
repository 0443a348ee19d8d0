import type { Execution } from '#lib/contracts/executions.ts';
import { formatDuration, msBetween } from '#lib/format.ts';

export type PhaseName = 'queued' | 'starting' | 'running' | 'killing';

export interface Phase {
  readonly name: PhaseName;
  readonly ms: number;
}

type RunTimes = Pick<
  Execution,
  'created' | 'started_at' | 'finished_at' | 'timeout_seconds' | 'attempt_count'
>;

/**
 * Where the time of a run went, from what a list knows: what went past the time-out was killing. Of several attempts it
 * knows only when the first began, so their waits are in it.
 */
export function phasesOfSummary(run: RunTimes, nowMs: number): Phase[] {
  if (run.started_at === null) return [];
  const ranMs = Math.max(
    0,
    (run.finished_at === null ? nowMs : Date.parse(run.finished_at)) - Date.parse(run.started_at),
  );
  const limitMs =
    run.timeout_seconds === null || run.attempt_count > 1
      ? Number.POSITIVE_INFINITY
      : run.timeout_seconds * 1_000;
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
