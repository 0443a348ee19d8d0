import type { Command } from 'commander';
import { findLauncher } from '#bin/data/launcher-lock.ts';
import { addMadeSecrets } from '#bin/data/made-secrets.ts';
import { withDatabase } from '#bin/data/provide-database.ts';
import { say } from '#bin/screen.ts';
import { loadSettings } from '#bin/settings.ts';
import { closePlumbing } from '#bin/start/prepare-database.ts';
import { checkSchema } from '#server/schema/check-schema.ts';

const SYSTEM = { kind: 'system', name: 'attune demo' } as const;

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('make three rules: an echo every second, a sleep every 5 s, a POST every 10 s')
    .option('--remove', 'take them away again; what they ran stays')
    .action(({ remove = false }: { remove?: boolean }) => (remove ? deleteDemo() : createDemo()));
}

export async function createDemo(): Promise<void> {
  await withPlatform(async () => {
    const { startDemo } = await import('#server/demo/service.ts');
    const { rules } = await startDemo(SYSTEM);
    for (const { ref, every_seconds, action_ref } of rules)
      say(`  ${ref}: ${action_ref} every ${every_seconds} s`);
    say("  Watch them on the dashboard. 'npx --no attune demo --remove' takes them away.");
  });
}

async function deleteDemo(): Promise<void> {
  await withPlatform(async () => {
    const { removeDemo } = await import('#server/demo/service.ts');
    const { message } = await removeDemo(SYSTEM);
    say(`  ${message}`);
  });
}

async function withPlatform(work: () => Promise<void>): Promise<void> {
  const settings = loadSettings();
  addMadeSecrets(settings.dataDir);
  // The demo posts to the web that runs here, wherever its port ended up and whatever stands in front of it.
  const localUrl = findLauncher(settings.dataDir)?.localUrl;
  if (localUrl !== undefined) process.env['ATTUNE_API_URL'] = localUrl;
  await withDatabase(settings, async (url) => {
    await checkSchema(url);
    try {
      await work();
    } finally {
      await closePlumbing();
    }
  });
}
