import { step } from '#bin/screen.ts';
import { migrate } from '#server/schema/migrate.ts';

/**
 * Schema, queues, core pack, permission sets, first admin; safe to repeat.
 *
 * @returns the first admin's password when it was just made, to be shown once
 */
export async function prepareDatabase(url: string): Promise<string | null> {
  return await step('Preparing the database', async () => {
    await migrate(url);
    // Later than the settings that it reads.
    const { bootstrap } = await import('#server/bootstrap.ts');
    const { log } = await import('#server/log.ts');
    const { adminPassword } = await bootstrap({ log });
    return adminPassword;
  });
}
