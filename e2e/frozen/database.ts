import type pg from 'pg';
import { FROZEN_AT } from './instant.ts';

/** The functions by which statements ask for the time, found before those of Postgres. */
const CLOCKS = ['now', 'clock_timestamp', 'transaction_timestamp', 'statement_timestamp'];

/** Every connection from now on sees one instant. */
export async function stopTheClock(client: pg.Client): Promise<void> {
  const [database] = (await client.query<{ name: string }>('select current_database() as name'))
    .rows;
  await client.query('create schema frozen');
  for (const clock of CLOCKS)
    await client.query(
      `create function frozen.${clock}() returns timestamptz language sql stable
       return timestamptz '${FROZEN_AT.toISOString()}'`,
    );
  await client.query(
    `alter database "${database?.name}" set search_path = frozen, pg_catalog, public`,
  );
}

export type Row = Readonly<Record<string, unknown>>;

/** Adds rows that all have the columns of the first one. Whatever a worker would check is not what this is about. */
export async function insertRows(
  client: pg.Client,
  table: string,
  rows: readonly Row[],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(', ');
  await client.query(
    `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1)`,
    [JSON.stringify(rows)],
  );
}
