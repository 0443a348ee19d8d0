import { FINAL_STATUS, type NextStep, nextStep } from '#lib/domain/next-attempt.ts';
import { inTransaction, sql } from '#server/db/sql.ts';
import type { ClaimedAttempt } from './claim.ts';
import { type AttemptResult, type EndedExecution, endAttempts, moveRows } from './end-attempts.ts';

/** What a worker says of an attempt that it ran; what follows from it is decided here. */
export type Settlement = Omit<AttemptResult, 'executionStatus' | 'finalReason' | 'retryDelayMs'>;

/**
 * Ends an attempt with its token, and its execution or the wait for its next try, in one transaction.
 *
 * @returns null when the attempt was not this worker's any more: nothing was written
 */
export async function settleAttempt(
  attempt: ClaimedAttempt,
  settlement: Settlement,
): Promise<EndedExecution | null> {
  const next = nextStep({
    end: settlement.attemptStatus,
    reason: settlement.endReason,
    number: attempt.number,
    maxRetries: attempt.max_retries,
    idempotent: attempt.idempotent,
    retryOnTimeout: attempt.retry_on_timeout,
    policy: attempt.retry_policy,
    uncounted: attempt.uncounted,
    crashes: attempt.crashes + (settlement.endReason === 'worker_lost' ? 1 : 0),
    random: Math.random(),
  });
  const end = {
    ...settlement,
    ...consequenceOf(next, settlement),
    fence: { id: attempt.id, worker_id: attempt.worker_id, epoch: attempt.epoch },
    concurrencyKey: attempt.concurrency_key,
    wasSuspect: attempt.crashes > 0,
  };
  // Nearly always nothing follows, and the one statement is the whole transaction.
  const needsMore = end.retryDelayMs !== null || end.concurrencyKey !== null || end.wasSuspect;
  const [ended] = needsMore
    ? await inTransaction((tx) => endAttempts(tx, [end]))
    : await moveRows(sql, [end]);
  return ended ?? null;
}

/** What the next step means for the execution; where it is not taken after all, the attempt's own end counts. */
export function consequenceOf(
  next: NextStep,
  { attemptStatus, endReason }: Pick<AttemptResult, 'attemptStatus' | 'endReason'>,
): Pick<AttemptResult, 'executionStatus' | 'finalReason' | 'retryDelayMs'> {
  return next.kind === 'retry'
    ? {
        executionStatus: FINAL_STATUS[attemptStatus],
        finalReason: endReason,
        retryDelayMs: next.delayMs,
      }
    : { executionStatus: next.status, finalReason: next.reason, retryDelayMs: null };
}
