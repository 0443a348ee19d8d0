import type pg from 'pg';

interface AppliedMigrations {
  /** Names of all that are finished, oldest first. */
  readonly finished: readonly string[];
  /** Begun and never finished: its process was killed, or its SQL was refused. */
  readonly unfinished: readonly string[];
}

/** What Prisma's bookkeeping says about a database; nothing at all of an empty one. */
export async function listAppliedMigrations(db: pg.Pool | pg.Client): Promise<AppliedMigrations> {
  const { rows: tables } = await db.query<{ exists: boolean }>(
    "select to_regclass('_prisma_migrations') is not null as exists",
  );
  if (!tables[0]?.exists) return { finished: [], unfinished: [] };
  const { rows } = await db.query<{ migration_name: string; finished: boolean }>(
    `select migration_name, finished_at is not null as finished
       from _prisma_migrations
      where rolled_back_at is null
      order by migration_name`,
  );
  const names = (finished: boolean) =>
    rows.filter((row) => row.finished === finished).map((row) => row.migration_name);
  return { finished: names(true), unfinished: names(false) };
}
