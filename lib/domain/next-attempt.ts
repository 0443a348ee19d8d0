import { DEFAULT_RETRY_POLICY, type RetryPolicy, retryDelayMs } from './backoff.ts';
import type { AttemptEnd } from './attempt-status.ts';
import type { FinalStatus } from './execution-status.ts';

/** An execution whose worker died under it this often is not tried again: it may be what kills them. */
export const QUARANTINE_CRASHES = 2;

/** A worker that never learned of its own claim did no harm; this bounds how often that may happen. */
const UNSTARTED_MAX = 10;
const UNSTARTED_DELAY_MS = 1_000;

/** An attempt that has ended, and what its execution allows. */
export interface EndedAttempt {
  readonly end: AttemptEnd;
  /** exit, killed, not_started, timeout, deadline, cancel, worker_lost, worker_stopped, lease_lost, never_started … */
  readonly reason: string;
  /** 1, 2, … */
  readonly number: number;
  readonly maxRetries: number;
  readonly idempotent: boolean;
  readonly retryOnTimeout: boolean;
  /** Null: the usual one. */
  readonly policy: RetryPolicy | null;
  /** Earlier attempts that cost no retry: their process never started. */
  readonly uncounted: number;
  /** How many attempts, this one included, ended because their worker died. */
  readonly crashes: number;
  /** From 0 up to 1. */
  readonly random: number;
}

export type NextStep =
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'end'; readonly status: FinalStatus; readonly reason: string };

/** What an execution becomes when this was the end of its last attempt. */
export const FINAL_STATUS: Readonly<Record<AttemptEnd, FinalStatus>> = {
  completed: 'completed',
  failed: 'failed',
  timeout: 'timeout',
  cancelled: 'cancelled',
  lost: 'abandoned',
};

/**
 * Whether an execution gets another attempt (contract §4). A failed one does while retries are left; one that timed
 * out only with `retry_on_timeout`; one whose worker was lost only when the action is `idempotent`, for nobody knows
 * how far it came. The deadline of the whole execution is nobody's to extend.
 */
export function nextStep(ended: EndedAttempt): NextStep {
  const { end, reason, maxRetries } = ended;
  const number = ended.number - ended.uncounted;
  const over = (why = reason): NextStep => ({
    kind: 'end',
    status: FINAL_STATUS[end],
    reason: why,
  });
  if (reason === 'never_started' && ended.uncounted < UNSTARTED_MAX) {
    return { kind: 'retry', delayMs: UNSTARTED_DELAY_MS };
  }
  if (ended.crashes >= QUARANTINE_CRASHES && end === 'lost') return over('quarantined');
  if (!mayRepeat(ended) || number > maxRetries) return over();
  // Handed over by a worker that leaves: nothing went wrong, so there is nothing to wait for.
  if (reason === 'worker_stopped') return { kind: 'retry', delayMs: 0 };
  const policy = ended.policy ?? DEFAULT_RETRY_POLICY;
  return { kind: 'retry', delayMs: retryDelayMs(policy, number, ended.random) };
}

function mayRepeat({ end, reason, idempotent, retryOnTimeout }: EndedAttempt): boolean {
  switch (end) {
    case 'failed':
      return true;
    case 'timeout':
      return retryOnTimeout && reason !== 'deadline';
    case 'lost':
      return idempotent;
    case 'completed':
    case 'cancelled':
      return false;
  }
}
