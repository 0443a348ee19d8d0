import type { Command } from 'commander';
import { say } from '#bin/screen.ts';
import { VERSION } from '#lib/version.ts';
import { versionOf } from '#server/schema/fit.ts';
import { readMigrationFiles } from '#server/schema/migration-files.ts';

export function addVersionCommand(program: Command): void {
  program
    .command('version')
    .description('print the versions of the program, its schema and Node')
    .action(() => {
      const schema = versionOf(readMigrationFiles().migrations.map(({ name }) => name));
      say(`attune ${VERSION}, schema ${schema}, Node ${process.versions.node}`);
    });
}
