import { setTimeout as delay } from 'node:timers/promises';
import type { ClaimedAttempt } from '#server/executions/claim.ts';
import { claimAttempts } from '#server/executions/claim.ts';
import { onChange } from '#server/live/changes.ts';
import { log } from '#server/log.ts';
import { type ExecutionJob, EXECUTION_QUEUE, openQueue } from '#server/queue/queue.ts';
import { Bell } from './bell.ts';
import type { Slots } from './slots.ts';

/** NOTIFY makes it fast, this makes it right: jobs that are due later, and rings that nobody heard. */
const BACKSTOP_MS = 1_000;
const AFTER_ERROR_MS = 1_000;
/** One claim is one transaction; beyond this a single batch would hold its rows for too long. */
const BATCH_MAX = 64;

interface Consumption {
  readonly workerId: number;
  readonly keyId: string;
  readonly slots: Slots;
  /** Takes nothing new once it is aborted. */
  readonly drain: AbortSignal;
  readonly run: (attempt: ClaimedAttempt, slot: number) => Promise<void>;
}

/**
 * Fills free slots with waiting executions, in batches, until `drain`. The job is only the bell: it is answered, and
 * gone, in the transaction that claims the attempt, so no handler spans a run and nothing waits behind a long one.
 */
export async function consumeExecutions({
  workerId,
  keyId,
  slots,
  drain,
  run,
}: Consumption): Promise<void> {
  const queue = await openQueue({ maintain: true });
  const bell = new Bell();
  const ring = () => bell.ring();
  const stops = [onChange(['jobs'], ring), slots.onFree(ring)];
  drain.addEventListener('abort', ring, { once: true });
  while (!drain.aborted) {
    try {
      const wanted = Math.min(slots.free, BATCH_MAX);
      const jobs =
        wanted === 0 ? [] : await queue.fetch<ExecutionJob>(EXECUTION_QUEUE, { batchSize: wanted });
      const attempts = jobs.length === 0 ? [] : await claimAttempts({ workerId, keyId }, jobs);
      for (const attempt of attempts) void slots.run((slot) => run(attempt, slot));
      if (jobs.length < wanted || wanted === 0) await bell.next(BACKSTOP_MS);
    } catch (error) {
      log.warn({ err: error }, 'waiting executions could not be claimed');
      await delay(AFTER_ERROR_MS);
    }
  }
  for (const stop of stops) stop();
}
