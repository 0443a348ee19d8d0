import { claimAttempts, type ClaimedAttempt, type Claimer } from '#server/executions/claim.ts';
import { isDataRefused } from '#server/executions/refused-data.ts';
import { quarantine } from '#server/executions/quarantine.ts';
import { log } from '#server/log.ts';

type Job = Parameters<typeof claimAttempts>[1][number];

const REFUSALS_MAX = 2;
/** How often the rows of an execution could not be claimed. Forgotten with the process: the count starts again. */
const refusals = new Map<number, number>();

/**
 * Claims each execution by itself after a batch has failed. One that cannot be claimed twice is quarantined: it would
 * come back for ever, and take its neighbours with it.
 *
 * @throws the error when the database itself is the trouble
 */
export async function claimOneByOne(
  claimer: Claimer,
  jobs: readonly Job[],
  error: unknown,
): Promise<ClaimedAttempt[]> {
  if (!isDataRefused(error)) throw error;
  const claimed: ClaimedAttempt[] = [];
  for (const job of jobs) {
    try {
      claimed.push(...(await claimAttempts(claimer, [job])));
      refusals.delete(job.data.execution_id);
    } catch (cause) {
      if (!isDataRefused(cause)) throw cause;
      await refused(job.data.execution_id, cause);
    }
  }
  return claimed;
}

async function refused(id: number, cause: unknown): Promise<void> {
  const times = (refusals.get(id) ?? 0) + 1;
  log.error({ err: cause, executionId: id, times }, 'an execution could not be claimed');
  if (times < REFUSALS_MAX) {
    refusals.set(id, times);
    return;
  }
  refusals.delete(id);
  await quarantine(id, cause instanceof Error ? cause.message : String(cause));
}
