import { setTimeout as delay } from 'node:timers/promises';

import type { ClaimedAttempt } from '#server/executions/claim.ts';
import { isDataRefused } from '#server/executions/refused-data.ts';
import { settleAttempt } from '#server/executions/settle.ts';
import { log } from '#server/log.ts';
import type { Settled } from './settlement.ts';

const RETRY_MS = 500;
/** A worker that has to leave does not wait for the database for ever; the sweep of another one ends what it leaves. */
const SHUTDOWN_MS_MAX = 15_000;

/**
 * Writes what must be written, however long the database is away; the fence makes a late write harmless.
 *
 * @returns null when the worker has to leave before it could be written
 * @throws Error when the database refuses the data itself
 */
export async function untilWritten<T>(
  what: string,
  write: () => Promise<T>,
  shutdown: AbortSignal,
): Promise<T | null> {
  let giveUpAt = Infinity;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (isDataRefused(error)) throw error;
      log.warn({ err: error, what }, 'could not be written, trying again');
    }
    if (shutdown.aborted) giveUpAt = Math.min(giveUpAt, Date.now() + SHUTDOWN_MS_MAX);
    if (Date.now() > giveUpAt) {
      log.error({ what }, 'could not be written before the worker had to leave');
      return null;
    }
    await delay(RETRY_MS);
  }
}

/** Writes the end of an attempt; a result that cannot be stored is replaced by one that says so. */
export async function settle(
  attempt: ClaimedAttempt,
  settlement: Settled,
  shutdown: AbortSignal,
): Promise<void> {
  const write = (what: Settled) =>
    untilWritten('the end of an attempt', () => settleAttempt(attempt, what), shutdown);
  const ended = await write(settlement).catch((error: unknown) => {
    log.error({ err: error }, 'a result could not be stored');
    return write({ ...settlement, result: unstorable(settlement) });
  });
  log.info(
    { status: ended?.status ?? null, endReason: settlement.endReason, settled: ended !== null },
    'attempt ended',
  );
}

const unstorable = ({ result }: Settled): Settled['result'] => ({
  succeeded: result['succeeded'] ?? false,
  exit_code: result['exit_code'] ?? -1,
  error: 'The database could not store the result of this run. Its output is in the log.',
});
