import { inTransaction, type Tx } from '#server/db/sql.ts';

/** Everything that `work` reads is of one instant; it can write nothing. */
export const inSnapshot = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  inTransaction(async (tx) => {
    await tx.query('set transaction isolation level repeatable read, read only');
    return work(tx);
  });
