import { openLog } from '#bin/children/log-file.ts';
import { type Supervised, supervise } from '#bin/children/supervise.ts';
import type { LauncherLock } from '#bin/data/launcher-lock.ts';
import { addMadeSecrets } from '#bin/data/made-secrets.ts';
import { type Database, provideDatabase } from '#bin/data/provide-database.ts';
import { step } from '#bin/screen.ts';
import type { Settings } from '#bin/settings.ts';
import { buildDashboard } from './build-dashboard.ts';
import { choosePorts } from './choose-ports.ts';
import { prepareDatabase } from './prepare-database.ts';
import { watchTraces } from './first-start.ts';
import { type Launch, spawnWeb, spawnWorker } from './programs.ts';
import type { Shutdown } from './shutdown.ts';
import { summaryOf } from './summary.ts';
import { createWaitsFor } from './waits-for.ts';
import { untilWebIsReady, untilWorkerIsReady } from './wait-until-ready.ts';

const WEB_GRACE_MS = 5_000;
const POSTGRES_GRACE_MS = 10_000;
/** On top of the worker's own draining: killing what is left, and settling it. */
const WORKER_EXTRA_MS = 20_000;

interface BringUp {
  readonly settings: Settings;
  readonly isDev: boolean;
  readonly shutdown: Shutdown;
  readonly lock: LauncherLock;
}

/** Starts all parts in order and waits until they work. @returns the screen that says what runs where */
export async function bringUp({ settings, isDev, shutdown, lock }: BringUp): Promise<string> {
  const { dataDir, host } = settings;
  const { signal } = shutdown;
  const port = await choosePorts(settings);
  const database = await provideFirst(settings);
  shutdown.add({ name: 'Postgres', graceMs: POSTGRES_GRACE_MS, stop: database.stop });
  if (database.socketDir !== null) lock.tell({ socketDir: database.socketDir });
  signal.throwIfAborted();
  const adminPassword = await prepareDatabase({ url: database.url, dataDir });
  signal.throwIfAborted();
  if (!isDev) await buildDashboard(signal);
  signal.throwIfAborted();

  const localUrl = `http://${connectHost(host)}:${port}`;
  const { web, worker } = launch(
    { dataDir, host, port, isDev },
    { drainMs: settings.drainMs, databaseUrl: database.url },
    shutdown,
  );
  const [row] = await step('Starting web and worker', () =>
    Promise.race([
      Promise.all([
        untilWorkerIsReady(database.url, () => (isDev ? null : (worker.pid ?? 0))),
        untilWebIsReady(localUrl),
      ]),
      web.diedYoung,
      worker.diedYoung,
      whenAborted(signal),
    ]),
  );
  for (const program of [web, worker]) program.letLive();

  const { config } = await import('#server/config.ts');
  const { apiUrl } = config();
  lock.tell({
    webUrl: apiUrl,
    localUrl,
    ...(database.socketDir !== null && { socketDir: database.socketDir }),
  });
  return summaryOf({ apiUrl, adminPassword, worker: row, postgres: database.description, dataDir });
}

/** Secrets and database; a start that gets no database leaves nothing behind. */
async function provideFirst(settings: Settings): Promise<Database> {
  const traces = watchTraces(settings.dataDir);
  try {
    addMadeSecrets(settings.dataDir);
    return await provideDatabase(settings);
  } catch (error) {
    traces.remove(error);
    throw error;
  }
}

/** Added in this order, web is stopped after the worker: actions that are being drained still call the API. */
function launch(
  how: Launch,
  { drainMs, databaseUrl }: { drainMs: number; databaseUrl: string },
  shutdown: Shutdown,
): { web: Supervised; worker: Supervised } {
  const log = (name: string) => openLog(how.dataDir, name);
  const web = supervise({ name: 'web', log: log('web'), spawn: () => spawnWeb(how) });
  shutdown.add({ name: 'web', graceMs: WEB_GRACE_MS, stop: web.stop });
  const worker = supervise({ name: 'worker', log: log('worker'), spawn: () => spawnWorker(how) });
  shutdown.add({
    name: 'worker',
    graceMs: drainMs + WORKER_EXTRA_MS,
    stop: worker.stop,
    waitsFor: createWaitsFor({ databaseUrl, drainMs, pid: () => (how.isDev ? null : worker.pid) }),
  });
  return { web, worker };
}

/** Where a server that listens on `host` is reached from this machine. */
function connectHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function whenAborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason as Error));
  return promise;
}
