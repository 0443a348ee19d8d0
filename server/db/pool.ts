import { createHash } from 'node:crypto';
import pg from 'pg';
import { config } from '#server/config.ts';
import { log } from '#server/log.ts';

/** 64-bit integers arrive as numbers: our ids stay far below 2^53. */
const PARSERS = new Map<number, typeof Number>([[20, Number]]); // 20 is int8
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    PARSERS.get(oid) ?? (pg.types.getTypeParser(oid, format) as typeof Number),
};

let open: pg.Pool | undefined;

/** How long a connection may take to come, from the pool or anew. */
export const CONNECT_PATIENCE_MS = 5_000;
/** A server that vanished without a word answers never: the statement is given up, and its connection thrown away. */
const QUERY_PATIENCE_MS = 30_000;
/** The server gives up first, so that nothing commits that we no longer wait for. */
const STATEMENT_MS_MAX = 25_000;
/** A process that was stopped in the middle of a transaction does not hold its locks for longer. */
const IDLE_IN_TRANSACTION_MS_MAX = 5_000;

/** For every pool: nothing waits for ever for a server that went without a word. */
export const PATIENCE = {
  connectionTimeoutMillis: CONNECT_PATIENCE_MS,
  query_timeout: QUERY_PATIENCE_MS,
  statement_timeout: STATEMENT_MS_MAX,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS_MAX,
} as const;

/** How to reach the database, for those who need a connection of their own (listeners, leases). */
export const connection = (): pg.ClientConfig => ({
  connectionString: config().DATABASE_URL,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  types,
});

/** The pool of this process, opened at first use. */
export function pool(): pg.Pool {
  if (open === undefined) {
    open = new pg.Pool({
      ...connection(),
      ...PATIENCE,
      max: config().DATABASE_POOL_SIZE,
    });
    // An idle connection that breaks must not end the process; the next query opens a new one.
    open.on('error', (error) => log.warn({ err: error }, 'a database connection broke'));
  }
  return open;
}

export async function closePool(): Promise<void> {
  await open?.end();
  open = undefined;
}

const names = new Map<string, string>();

/** A stable name makes the server parse and plan a statement once for each connection. */
export function statementName(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('base64url').slice(0, 24);
    names.set(text, name);
  }
  return name;
}
