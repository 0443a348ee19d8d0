import type { Command } from 'commander';

export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description(
      'run one more worker against the same database; refuses a schema that does not fit',
    )
    .action(async () => {
      const { runAlone } = await import('#bin/start/run-alone.ts');
      await runAlone('worker');
    });
}
