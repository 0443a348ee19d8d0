import pg from 'pg';
import { AppError } from '#lib/errors.ts';
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

/** Each statement by itself. */
export const sql: Sql = {
  query: async <Row>(text: string, values: readonly unknown[] = []) => {
    const result = await pool().query({ name: statementName(text), text, values: [...values] });
    return result.rows as Row[];
  },
};

const RETRIES_MAX = 4;

/** Serialization failure and deadlock: nothing was done, and the same may work a moment later. */
const RETRYABLE = new Set(['40001', '40P01']);

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
 * @throws AppError `RETRYABLE_DATABASE_ERROR` when they go on
 */
export async function inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await once(work);
    } catch (error) {
      if (!RETRYABLE.has(sqlState(error) ?? '')) throw error;
      if (tries === RETRIES_MAX) {
        throw new AppError(
          'RETRYABLE_DATABASE_ERROR',
          'The database was busy with conflicting changes. Try again.',
          {
            cause: error,
            retryAfterSeconds: 1,
          },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** tries));
    }
  }
}

async function once<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool().connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(transaction(client));
    await client.query('commit');
    return result;
  } catch (error) {
    try {
      await client.query('rollback');
    } catch (cause) {
      broken = cause instanceof Error ? cause : new Error(String(cause));
    }
    throw error;
  } finally {
    // A connection that could not roll back is thrown away, not given to the next one.
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
