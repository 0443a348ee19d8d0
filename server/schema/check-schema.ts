import pg from 'pg';
import { listAppliedMigrations } from './applied-migrations.ts';
import { fitOf, newerError, olderError } from './fit.ts';
import { readMigrationFiles } from './migration-files.ts';

/**
 * Refuses to work on a schema that was made for another version of the program. Web and worker call it before anything
 * else: old code on a new schema fails in ways that nobody sees.
 *
 * @throws SchemaError with a sentence that names both versions and the command that mends it
 */
export async function checkSchema(
  connectionString: string,
  files = readMigrationFiles(),
): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const needed = files.migrations.map(({ name }) => name);
    const { finished } = await listAppliedMigrations(client);
    const fit = fitOf(needed, finished);
    if (fit.kind === 'older') throw olderError(needed, finished);
    if (fit.kind === 'newer') throw newerError(needed, finished);
  } finally {
    await client.end();
  }
}
