import type { Command } from 'commander';

export function addWebCommand(program: Command): void {
  program
    .command('web')
    .description(
      'run one more dashboard and API against DATABASE_URL; refuses a schema that does not fit',
    )
    .action(async () => {
      const { runAlone } = await import('#bin/start/run-alone.ts');
      await runAlone('web');
    });
}
