import { inRoot } from '#bin/paths.ts';
import { say, step } from '#bin/screen.ts';
import { secrets } from '#bin/secrets.ts';
import { migrate } from '#server/schema/migrate.ts';

/**
 * Schema, queues, core pack, permission sets, first admin; safe to repeat.
 *
 * @returns the first admin's password when it was just made up, to be shown once
 */
export async function prepareDatabase(url: string): Promise<string | null> {
  return await step('Preparing the database', async () => {
    await migrate(url);
    const given = secrets()['ATTUNE_ADMIN_PASSWORD'] ?? null;
    // Later than the settings that it reads.
    const { bootstrap } = await import('#server/bootstrap.ts');
    try {
      const packsDirectory = inRoot('packs');
      const { adminPassword } = await bootstrap({ packsDirectory, password: given, say });
      return given === null ? adminPassword : null;
    } finally {
      await closePlumbing();
    }
  });
}

/** Connections that nobody needs any more would only complain when Postgres is stopped. */
export async function closePlumbing(): Promise<void> {
  const { closeQueue } = await import('#server/queue/queue.ts');
  const { closeDb } = await import('#server/db/prisma.ts');
  const { closePool } = await import('#server/db/pool.ts');
  await closeQueue();
  await closeDb();
  await closePool();
}
