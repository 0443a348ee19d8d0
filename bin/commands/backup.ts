import { resolve } from 'node:path';
import type { Command } from 'commander';
import { withDatabase } from '#bin/data/provide-database.ts';
import { say, step } from '#bin/screen.ts';
import { secrets } from '#bin/secrets.ts';
import { loadSettings } from '#bin/settings.ts';

export function addBackupCommand(program: Command): void {
  program
    .command('backup')
    .description(
      'write everything (rows as of one instant, keys, packs) into one file; works while Attune runs',
    )
    .argument('<file>', 'the archive to write, e.g. attune-2026-01-31.backup')
    .action(async (name: string) => {
      const file = resolve(name);
      const settings = loadSettings();
      const isKeyElsewhere = secrets()['ATTUNE_ENCRYPTION_KEY'] !== undefined;
      const { writeArchive } = await import('#bin/archive/write-archive.ts');
      const { rows } = await withDatabase(settings, (url) =>
        step('Backing up', () => writeArchive({ url, dataDir: settings.dataDir, file })),
      );
      say(`  ${rows} rows in ${file}. It holds secrets: keep it where only you can read it.`);
      if (isKeyElsewhere)
        say(
          '  ATTUNE_ENCRYPTION_KEY comes from your configuration and is not in it: keep that as well.',
        );
    });
}
