import type { Tx } from '#server/db/sql.ts';
import { announce, type Topic } from '#server/live/announce.ts';
import { ringFor } from '#server/queue/queue.ts';
import * as executions from './repository.ts';

/**
 * Inserts executions and queues their jobs in the caller's transaction: each will run exactly if the transaction
 * commits. A handful of statements, however many executions.
 *
 * @param topics what else the same notification tells
 * @returns the ids, in the order of the input
 */
export async function requestExecutions(
  tx: Tx,
  rows: readonly executions.NewExecution[],
  topics: readonly Topic[] = [],
): Promise<number[]> {
  if (rows.length === 0) {
    if (topics.length > 0) await announce(tx, ...topics);
    return [];
  }
  const ids = await executions.insertExecutions(tx, rows);
  await ringFor(tx, ids);
  await announce(tx, 'jobs', 'executions', ...topics);
  return ids;
}
