import type { Command } from 'commander';
import { withDatabase } from '#bin/data/provide-database.ts';
import { addMadeSecrets } from '#bin/data/made-secrets.ts';
import { Problem } from '#bin/problem.ts';
import { say } from '#bin/screen.ts';
import { loadSettings, type Settings } from '#bin/settings.ts';
import { prepareDatabase } from '#bin/start/prepare-database.ts';
import { findLauncher } from '#bin/data/launcher-lock.ts';

export function addDbCommand(program: Command): void {
  const db = program.command('db').description('look after the schema');
  db.command('migrate')
    .description(
      'bring schema, queues, core pack and first admin up to date (npm start does it as well)',
    )
    .action(migrate);
  db.command('generate')
    .description('generate the database client (every command does it when the schema has changed)')
    .action(() => say('The database client is up to date.')); // bin/attune.mjs has seen to it before this ran
  db.command('seed')
    .description('make the three rules of the demo (the same as `attune demo`)')
    .action(async () => {
      const { createDemo } = await import('./demo.ts');
      await createDemo();
    });
  db.command('reset')
    .description('delete everything in the database and begin anew')
    .option('--force', 'really do it')
    .action(reset);
}

async function migrate(): Promise<void> {
  const settings = loadSettings();
  await withPlatform(settings, (url) => prepare(url, settings.dataDir));
}

async function reset({ force = false }: { force?: boolean }): Promise<void> {
  const settings = loadSettings();
  if (!force) {
    throw new Problem(
      `'db reset' deletes every rule, execution and key in the database of ${settings.dataDir}; say --force if you mean it.`,
      'reset',
    );
  }
  const launcher = findLauncher(settings.dataDir);
  if (launcher !== null) {
    throw new Problem(
      `Attune runs on ${settings.dataDir} (process ${launcher.pid}); stop it before a reset.`,
      'already-running',
    );
  }
  await withPlatform(settings, async (url) => {
    const { emptyDatabase } = await import('#bin/data/empty-database.ts');
    await emptyDatabase(url);
    await prepare(url, settings.dataDir);
  });
}

async function prepare(url: string, dataDir: string): Promise<void> {
  const password = await prepareDatabase({ url, dataDir });
  if (password !== null) say(`  Login: admin · ${password}   (shown only now)`);
  say('The database is up to date.');
}

async function withPlatform(
  settings: Settings,
  work: (url: string) => Promise<void>,
): Promise<void> {
  addMadeSecrets(settings.dataDir);
  await withDatabase(settings, work);
}
