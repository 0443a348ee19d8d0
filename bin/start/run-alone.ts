import { once } from 'node:events';
import { openLog } from '#bin/children/log-file.ts';
import { supervise } from '#bin/children/supervise.ts';
import { addMadeSecrets } from '#bin/data/made-secrets.ts';
import { withDatabase } from '#bin/data/provide-database.ts';
import { findLauncher } from '#bin/data/launcher-lock.ts';
import { Problem } from '#bin/problem.ts';
import { say } from '#bin/screen.ts';
import { loadSettings, type Settings } from '#bin/settings.ts';
import { checkSchema } from '#server/schema/check-schema.ts';
import { buildDashboard } from './build-dashboard.ts';
import { choosePorts } from './choose-ports.ts';
import { spawnWeb, spawnWorker } from './programs.ts';
import { createShutdown } from './shutdown.ts';
import { createWaitsFor } from './waits-for.ts';

const WEB_GRACE_MS = 5_000;
const WORKER_EXTRA_MS = 20_000;
/** A program that lived this long has started; later deaths are mended by starting it again. */
const YOUNG_MS = 30_000;

/** Runs one web or one worker against a database that somebody else looks after. @throws Problem, SchemaError */
export async function runAlone(name: 'web' | 'worker'): Promise<void> {
  const settings = loadSettings();
  requireDatabase(settings, name);
  // A worker has no port of its own but the gateway's: PORT says where its actions find the API.
  const port = await choosePorts(settings, { isWebHere: name === 'web' });
  const localUrl = findLauncher(settings.dataDir)?.localUrl;
  if (name === 'worker' && localUrl !== undefined) process.env['ATTUNE_API_URL'] ??= localUrl;
  addMadeSecrets(settings.dataDir);
  const shutdown = createShutdown();
  const { dataDir, host, drainMs } = settings;
  await withDatabase(settings, async (url) => {
    await checkSchema(url);
    if (name === 'web') await buildDashboard(shutdown.signal);
    shutdown.signal.throwIfAborted();
    const program = supervise({
      name,
      log: openLog(dataDir, `${name}-${process.pid}`),
      spawn: () =>
        name === 'web'
          ? spawnWeb({ dataDir, host, port, isDev: false })
          : spawnWorker({ dataDir, isDev: false }),
    });
    const graceMs = name === 'web' ? WEB_GRACE_MS : drainMs + WORKER_EXTRA_MS;
    shutdown.add({
      name,
      graceMs,
      stop: program.stop,
      ...(name === 'worker' && {
        waitsFor: createWaitsFor({ databaseUrl: url, drainMs, pid: () => program.pid }),
      }),
    });
    say(name === 'web' ? `  web on http://${host}:${port}` : '  One more worker.');
    say(`  Log: ${dataDir}/logs/${name}-${process.pid}.log. Ctrl-C stops it.`);
    const settled = setTimeout(program.letLive, YOUNG_MS);
    try {
      await Promise.race([once(shutdown.signal, 'abort'), program.diedYoung]);
    } finally {
      clearTimeout(settled);
      await shutdown.run();
    }
  });
}

/** The embedded Postgres belongs to a launcher: without one there is nothing to join. */
function requireDatabase({ databaseUrl, dataDir }: Settings, name: string): void {
  if (databaseUrl !== null || findLauncher(dataDir)?.socketDir !== undefined) return;
  throw new Problem(
    `There is no database for this ${name}: set DATABASE_URL, or run 'npm start' first on the same ATTUNE_DATA_DIR (${dataDir}).`,
    'no-database',
  );
}
