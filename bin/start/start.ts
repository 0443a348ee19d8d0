import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { developmentSecretsOf } from '#bin/children/spawn-node.ts';
import { takeLauncherLock } from '#bin/data/launcher-lock.ts';
import { say } from '#bin/screen.ts';
import { loadSettings } from '#bin/settings.ts';
import { bringUp } from './bring-up.ts';
import { createShutdown } from './shutdown.ts';

/** Runs everything until somebody stops it. @throws Problem; then nothing of it is left running */
export async function start({ isDev }: { isDev: boolean }): Promise<void> {
  const settings = loadSettings();
  const lock = takeLauncherLock(settings.dataDir);
  const shutdown = createShutdown();
  shutdown.add({ name: 'secrets', graceMs: 0, stop: async () => forget(settings.dataDir) });
  shutdown.add({ name: 'lock', graceMs: 0, stop: async () => lock.release() });
  try {
    say(await bringUp({ settings, isDev, shutdown, lock }));
    if (!shutdown.signal.aborted) await once(shutdown.signal, 'abort');
  } catch (error) {
    // What breaks because somebody stopped us in the middle is no news.
    if (!shutdown.signal.aborted) throw error;
  } finally {
    await shutdown.run();
  }
  say('  Stopped.');
}

function forget(dataDir: string): void {
  rmSync(developmentSecretsOf(dataDir), { force: true });
}
