import { once } from 'node:events';
import { takeLauncherLock } from '#bin/data/launcher-lock.ts';
import { provideDatabase } from '#bin/data/provide-database.ts';
import { loadSettings } from '#bin/settings.ts';
import { describeProblem } from '#bin/problem.ts';

// What the launcher does first, without what comes after: lock, database, wait. Prints the address.
try {
  const settings = loadSettings();
  const lock = takeLauncherLock(settings.dataDir);
  const database = await provideDatabase(settings);
  process.stdout.write(
    `READY ${JSON.stringify({ url: database.url, description: database.description })}\n`,
  );
  await once(process, 'SIGTERM');
  await database.stop();
  lock.release();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${describeProblem(error)}\n`);
  process.exit(1);
}
