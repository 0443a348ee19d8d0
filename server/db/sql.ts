import pg from 'pg';
import { answered, inTurn } from './answered.ts';
import { pool, statementName } from './pool.ts';

/** Where SQL can be said: the pool, a transaction, or a transaction of Prisma's. */
export interface Sql {
  /** Values are parameters, never text. 64-bit integers come back as numbers. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A transaction. What is said on it commits together or not at all. */
export interface Tx extends Sql {
  readonly isTransaction: true;
}

/** Each statement by itself. One that met a deadlock or a serialization failure is said again. */
export const sql: Sql = {
  query: <Row>(text: string, values: readonly unknown[] = []) =>
    answered(async () => {
      const result = await pool().query({ name: statementName(text), text, values: [...values] });
      return result.rows as Row[];
    }),
};

/**
 * The same, planned anew each time. For lists: whether a filter fits most rows or next to none is in its values, and a
 * plan that was kept for all values reads the whole table for those that are rare.
 */
export const unprepared: Sql = {
  query: <Row>(text: string, values: readonly unknown[] = []) =>
    answered(async () => (await pool().query({ text, values: [...values] })).rows as Row[]),
};

/** The database's own word for what went wrong, e.g. `23505`. */
export const sqlState = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError ? error.code : undefined;

/** The database refused the data itself (a number out of range, a text that JSON cannot hold): trying again is no use. */
export const isDataRefused = (error: unknown): boolean =>
  /^(?:22|23|54)/.test(sqlState(error) ?? '');

/**
 * Runs `work` in one transaction and commits it. Deadlocks and serialization failures are tried again with
 * the whole of `work`, so it must do nothing but SQL.
 *
 * @throws AppError `RETRYABLE_DATABASE_ERROR` when they go on, or the database does not answer
 */
export const inTransaction = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  answered(() => inTurn(() => once(work)));

async function once<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool().connect();
  let broken: Error | undefined;
  // Between two statements nobody else listens, and an error that nobody hears ends the process.
  const hear = (error: Error) => {
    broken = error;
  };
  client.on('error', hear);
  try {
    await client.query('begin');
    const result = await work(transaction(client));
    const { command } = await client.query('commit');
    // So Postgres answers a commit after a statement that failed and whose error somebody swallowed.
    if (command === 'ROLLBACK') throw new Error('The transaction had failed before its commit');
    return result;
  } catch (error) {
    try {
      await client.query('rollback');
    } catch (cause) {
      broken = cause instanceof Error ? cause : new Error(String(cause));
    }
    throw error;
  } finally {
    client.off('error', hear);
    // A connection that broke or could not roll back is thrown away, not given to the next one.
    client.release(broken);
  }
}

const transaction = (client: pg.PoolClient): Tx => ({
  isTransaction: true,
  query: async <Row>(text: string, values: readonly unknown[] = []) => {
    const result = await client.query({ name: statementName(text), text, values: [...values] });
    return result.rows as Row[];
  },
});
