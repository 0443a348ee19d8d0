import pg from 'pg';
import { listAppliedMigrations } from './applied-migrations.ts';
import { fitOf, newerError } from './fit.ts';
import { openMigrationEngine } from './migration-engine.ts';
import { type MigrationFiles, readMigrationFiles } from './migration-files.ts';
import { SchemaError } from './schema-error.ts';

/** Any number will do, as long as every launcher takes the same. */
const LOCK_KEY = 7_283_519;

/**
 * Brings a database to this program's schema; safe to repeat and to run from several hosts at once.
 *
 * @returns names of the migrations that were applied, none if it was up to date
 * @throws SchemaError when the database is newer, or when Postgres refuses a migration (nothing of it stays)
 */
export async function migrate(
  connectionString: string,
  files: MigrationFiles = readMigrationFiles(),
): Promise<readonly string[]> {
  const lock = new pg.Client({ connectionString });
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [LOCK_KEY]);
    return await applyMissing(connectionString, files);
  } finally {
    await lock.end(); // lets go of the lock
  }
}

async function applyMissing(
  connectionString: string,
  files: MigrationFiles,
): Promise<readonly string[]> {
  // One connection: `client_min_messages` must hold for the scripts.
  const pool = new pg.Pool({ connectionString, max: 1 });
  pool.on('error', () => undefined); // the next query reports it
  try {
    const needed = files.migrations.map(({ name }) => name);
    const { finished, unfinished } = await listAppliedMigrations(pool);
    const fit = fitOf(needed, finished);
    if (fit.kind === 'newer') throw newerError(needed, finished);
    if (fit.kind === 'fits') return [];
    return await runEngine(pool, files, unfinished);
  } finally {
    await pool.end();
  }
}

async function runEngine(
  pool: pg.Pool,
  files: MigrationFiles,
  unfinished: readonly string[],
): Promise<readonly string[]> {
  await pool.query('set client_min_messages = warning');
  const { engine, refusal } = await openMigrationEngine(pool);
  try {
    // A script is one transaction, so an unfinished one has left nothing behind and may be tried again.
    for (const migrationName of unfinished) await engine.markMigrationRolledBack({ migrationName });
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: toMigrationList(files),
      filters: { externalTables: [], externalEnums: [] },
    });
    return appliedMigrationNames;
  } catch (cause) {
    throw new SchemaError(
      'SCHEMA_BROKEN',
      `Postgres refused a migration: ${firstLine(refusal() ?? cause)}; nothing of it was kept.`,
      { cause },
    );
  } finally {
    engine.free();
  }
}

function toMigrationList({ dir, lockfile, migrations }: MigrationFiles) {
  return {
    baseDir: dir,
    lockfile: { path: 'migration_lock.toml', content: lockfile },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: sql } },
    })),
  };
}

/** The engine's messages go on with a stack of their own. */
function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] ?? message;
}
