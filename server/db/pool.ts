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

/** How to reach the database, for those who need a connection of their own (listeners, leases). */
export const connection = (): pg.ClientConfig => ({
  connectionString: config().DATABASE_URL,
  keepAlive: true,
  types,
});

/** The pool of this process, opened at first use. */
export function pool(): pg.Pool {
  if (open === undefined) {
    open = new pg.Pool({
      ...connection(),
      max: config().DATABASE_POOL_SIZE,
      connectionTimeoutMillis: 5_000,
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
