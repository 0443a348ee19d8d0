import type { Command } from 'commander';

export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description(
      'run everything: Postgres (unless DATABASE_URL is set), dashboard, API and a worker',
    )
    .option('--dev', 'reload when sources change')
    .action(async ({ dev = false }: { dev?: boolean }) => {
      const { start } = await import('#bin/start/start.ts');
      await start({ isDev: dev });
    });
}
