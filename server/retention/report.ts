import type { Retention } from '#lib/contracts/retention.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';
import { sql } from '#server/db/sql.ts';
import { timestamp } from '#server/http/paging.ts';
import { LAST_RUN, RETENTION } from './retention.ts';

interface SizeRow {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
}

interface RunRow {
  readonly value: { readonly deleted: Record<string, number>; readonly took_ms: number };
  readonly updated: Date;
}

/**
 * How long what is kept, how much of it there is, and what the last run deleted. Rows are what the database estimates:
 * counting them would read whole tables.
 *
 * @throws AppError `FORBIDDEN`
 */
export async function getRetention(actor: Actor): Promise<Retention> {
  authorize(actor, 'retention:read');
  const [sizes, [run], [database]] = await Promise.all([
    sql.query<SizeRow>(
      `select relname as "table", n_live_tup::float8 as rows, pg_total_relation_size(relid)::float8 as bytes
       from pg_stat_user_tables where schemaname = current_schema() and relname = any ($1::text[])`,
      [RETENTION.map(({ table }) => table)],
    ),
    sql.query<RunRow>('select value, updated from setting where name = $1', [LAST_RUN]),
    sql.query<{ bytes: number }>('select pg_database_size(current_database())::float8 as bytes'),
  ]);
  const sizeOf = new Map(sizes.map((size) => [size.table, size]));
  const deleted = run?.value.deleted;
  return {
    database_bytes: database?.bytes ?? 0,
    kept: RETENTION.map(({ name, table, keepDays }) => ({
      name,
      table,
      keep_days: keepDays,
      rows: sizeOf.get(table)?.rows ?? 0,
      bytes: sizeOf.get(table)?.bytes ?? 0,
      removed: deleted === undefined ? null : (deleted[name] ?? 0),
    })),
    last_run:
      run === undefined
        ? null
        : {
            ended_at: timestamp(run.updated),
            took_ms: run.value.took_ms,
            removed: Object.values(run.value.deleted).reduce((sum, count) => sum + count, 0),
          },
  };
}
