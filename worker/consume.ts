import { setTimeout as delay } from 'node:timers/promises';
import { config } from '#server/config.ts';
import { claimAttempts, type ClaimedAttempt } from '#server/executions/claim.ts';
import { settleUnknown } from '#server/executions/lost.ts';
import { onChange } from '#server/live/changes.ts';
import { log } from '#server/log.ts';
import { type ExecutionJob, EXECUTION_QUEUE, openQueue } from '#server/queue/queue.ts';
import { Bell } from './bell.ts';
import type { Cordon } from './cordon.ts';
import { claimOneByOne } from './poison.ts';
import type { DiskGuard } from './disk-guard.ts';
import type { Slots } from './slots.ts';

/** NOTIFY makes it fast, this makes it right: jobs that are due later, and rings that nobody heard. */
const BACKSTOP_MS = 1_000;
const AFTER_ERROR_MS = 1_000;
/** One claim is one transaction; beyond this a single batch would hold its rows for too long. */
const BATCH_MAX = 64;
/** How old a claim must be that we do not know, and how often we look; at most this. */
const UNKNOWN_MS_MAX = 5_000;

interface Consumption {
  readonly workerId: number;
  readonly keyId: string;
  readonly slots: Slots;
  /** While it is low nothing new is taken: a run could not store what it says. */
  readonly disk: DiskGuard;
  /** While it is closed nothing new is taken either. */
  readonly cordon: Cordon;
  /** Takes nothing new once it is aborted. */
  readonly drain: AbortSignal;
  /** The attempts that this worker knows to be its own. */
  readonly heldIds: () => readonly number[];
  readonly run: (attempt: ClaimedAttempt, slot: number) => Promise<void>;
}

type Job = Parameters<typeof claimAttempts>[1][number];

/**
 * Fills free slots with waiting executions, in batches, until `drain`. The job is only the bell: it is answered, and
 * gone, in the transaction that claims the attempt, so no handler spans a run and nothing waits behind a long one.
 */
export async function consumeExecutions(consumption: Consumption): Promise<void> {
  const { slots, disk, cordon, drain, run } = consumption;
  const queue = await openQueue({ maintain: true });
  const bell = new Bell();
  const ring = () => bell.ring();
  const stops = [
    onChange(['jobs'], ring),
    slots.onFree(ring),
    disk.onChange(ring),
    cordon.onChange(ring),
  ];
  drain.addEventListener('abort', ring, { once: true });
  const unknownMs = unknownAfterMs();
  let lookAt = 0;
  while (!drain.aborted) {
    try {
      const wanted = disk.isLow() || cordon.isClosed ? 0 : Math.min(slots.free, BATCH_MAX);
      const jobs =
        wanted === 0 ? [] : await queue.fetch<ExecutionJob>(EXECUTION_QUEUE, { batchSize: wanted });
      const attempts = jobs.length === 0 ? [] : await claim(consumption, jobs);
      for (const attempt of attempts) {
        slots
          .run((slot) => run(attempt, slot))
          .catch((error: unknown) => log.error({ err: error }, 'an attempt broke'));
      }
      // Here no claim is under way, so what the rows call ours and we do not know was lost with an answer.
      if (performance.now() >= lookAt) {
        lookAt = performance.now() + unknownMs;
        await endUnknown(consumption, unknownMs);
      }
      if (jobs.length < wanted || wanted === 0) await bell.next(BACKSTOP_MS);
    } catch (error) {
      log.warn({ err: error }, 'waiting executions could not be claimed');
      await delay(AFTER_ERROR_MS, undefined, { signal: drain }).catch(() => undefined);
    }
  }
  for (const stop of stops) stop();
}

/** The whole batch in one transaction; one by one when it fails, so that one bad row does not hold the others. */
async function claim(
  { workerId, keyId }: Consumption,
  jobs: readonly Job[],
): Promise<ClaimedAttempt[]> {
  try {
    return await claimAttempts({ workerId, keyId }, jobs);
  } catch (error) {
    return claimOneByOne({ workerId, keyId }, jobs, error);
  }
}

/** Age and interval together stay well below the patience of the others, who would call this worker dead. */
function unknownAfterMs(): number {
  const { LEASE_SECONDS: leaseSeconds, LEASE_GRACE_SECONDS: graceSeconds } = config();
  return Math.min(UNKNOWN_MS_MAX, ((leaseSeconds + graceSeconds) * 1000) / 4);
}

async function endUnknown({ workerId, heldIds }: Consumption, unknownMs: number): Promise<void> {
  const ended = await settleUnknown(workerId, heldIds(), unknownMs);
  if (ended.length > 0)
    log.warn({ executions: ended.map(({ id }) => id) }, 'claims whose answer was lost were undone');
}
