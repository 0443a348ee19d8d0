import { inTransaction } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { endWaiting } from './waiting.ts';

/** Ends an execution that no worker can claim, so that it does not come back for ever. */
export const quarantine = (id: number, why: string): Promise<void> =>
  inTransaction(async (tx) => {
    await endWaiting(tx, [
      {
        id,
        status: 'failed',
        end_reason: 'quarantined',
        error: `It could not be claimed by a worker and is quarantined: ${why}`,
      },
    ]);
    await announce(tx, 'executions', `execution:${id}`);
  });
