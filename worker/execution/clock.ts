import type { ClaimedAttempt } from '#server/executions/claim.ts';

/** The clock that runs out first while an attempt runs. */
export interface RunClock {
  readonly name: 'timeout' | 'deadline';
  /** What is left of it, in ms; at least 1. */
  limitMs(): number;
}

/** Two clocks hold for a running attempt: its own time-out, and what is left for the whole execution. */
export function clockOf({
  timeout_seconds: seconds,
  deadline_in_ms: left,
}: ClaimedAttempt): RunClock {
  const claimedAt = performance.now();
  const timeoutMs = seconds * 1000;
  return left === null || timeoutMs <= left
    ? { name: 'timeout', limitMs: () => timeoutMs }
    : {
        name: 'deadline',
        limitMs: () => Math.max(Math.ceil(left - (performance.now() - claimedAt)), 1),
      };
}
