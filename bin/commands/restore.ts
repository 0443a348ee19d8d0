import { resolve } from 'node:path';
import type { Command } from 'commander';
import { emptyDatabase, isEmptyDatabase } from '#bin/data/empty-database.ts';
import { findLauncher } from '#bin/data/launcher-lock.ts';
import { withDatabase } from '#bin/data/provide-database.ts';
import { Problem } from '#bin/problem.ts';
import { say, step } from '#bin/screen.ts';
import { loadSettings } from '#bin/settings.ts';

export function addRestoreCommand(program: Command): void {
  program
    .command('restore')
    .description('load what `attune backup` wrote into an empty database')
    .argument('<file>', 'the archive')
    .option('--force', 'delete what is in the database now')
    .action(restore);
}

async function restore(name: string, { force = false }: { force?: boolean }): Promise<void> {
  const file = resolve(name);
  const settings = loadSettings();
  const launcher = findLauncher(settings.dataDir);
  if (launcher !== null) {
    throw new Problem(
      `Attune runs on ${settings.dataDir} (process ${launcher.pid}); stop it before you restore.`,
      'already-running',
    );
  }
  const { loadArchive } = await import('#bin/archive/load-archive.ts');
  const { verifyArchive } = await import('#bin/archive/read-archive.ts');
  await verifyArchive(file); // before anything is deleted
  const { rows } = await withDatabase(settings, async (url) => {
    const isEmpty = await isEmptyDatabase(url);
    if (!isEmpty && !force) {
      throw new Problem(
        'The database is not empty; say --force to delete what is in it, or restore into another ATTUNE_DATA_DIR.',
        'restore',
      );
    }
    if (!isEmpty) await emptyDatabase(url);
    return await step('Restoring', () => loadOrEmpty(url));
  });
  say(`  ${rows} rows restored. Start with 'npm start'.`);

  /** Half a restore is worse than none. */
  async function loadOrEmpty(url: string): Promise<{ rows: number }> {
    try {
      return await loadArchive({ url, dataDir: settings.dataDir, file });
    } catch (error) {
      await emptyDatabase(url);
      throw error;
    }
  }
}
