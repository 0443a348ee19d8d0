import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#bin/postgres/embedded.ts';
import { Api } from '../api.ts';
import { seedHouse } from '../pictures/seed.ts';
import { freePort, PASSWORD, productEnvironment } from '../product.ts';
import { stopTheClock } from './database.ts';
import type { LookedAt } from './looked-at.ts';
import { writeHistory } from './history.ts';

const START_MS_MAX = 60_000;

export interface FrozenProduct {
  readonly url: string;
  /** The runs that are looked at one by one. */
  readonly runs: LookedAt;
  stop(): Promise<void>;
}

/**
 * A web server and a database in which it is one instant, with a history of their own and no worker: the same page
 * looks the same for ever.
 */
export async function startFrozenProduct(): Promise<FrozenProduct> {
  const dataDir = mkdtempSync(join(tmpdir(), 'attune-frozen-'));
  chmodSync(dataDir, 0o711); // Postgres' user has to pass
  const postgres = await startEmbeddedPostgres({ dataDir, password: 'the password of the frozen' });
  const port = await freePort();
  const environment = {
    ...productEnvironment(dataDir),
    PORT: String(port),
    DATABASE_URL: postgres.url,
  };
  const web = { child: null as ChildProcess | null };
  const stop = () => stopAll(web.child, postgres, dataDir);
  try {
    await run(['db', 'migrate'], environment);
    await withClient(postgres, stopTheClock);
    const url = `http://127.0.0.1:${port}`;
    web.child = await startWeb(url, {
      ...environment,
      NODE_OPTIONS: `--import=${resolve('e2e/frozen/clock.ts')}`,
    });
    await seedHouse(await Api.logIn(url, 'admin', PASSWORD));
    const runs = await withClient(postgres, writeHistory);
    return { url, runs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const start = (args: readonly string[], environment: NodeJS.ProcessEnv): ChildProcess =>
  spawn(process.execPath, [resolve('bin/cli.ts'), ...args], {
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit'],
  });

async function run(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const [code] = await once(start(args, environment), 'exit');
  if (code !== 0) throw new Error(`attune ${args.join(' ')} ended with ${code}`);
}

async function startWeb(url: string, environment: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = start(['web'], environment);
  const deadline = performance.now() + START_MS_MAX;
  while (performance.now() < deadline && child.exitCode === null) {
    const isUp = await fetch(`${url}/login`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return child;
    await delay(100);
  }
  child.kill('SIGKILL');
  throw new Error('The frozen web server did not start.');
}

async function withClient<T>(
  { url }: EmbeddedPostgres,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function stopAll(
  web: ChildProcess | null,
  postgres: EmbeddedPostgres,
  dataDir: string,
): Promise<void> {
  if (web !== null && web.exitCode === null) {
    const ended = once(web, 'exit');
    web.kill('SIGINT');
    await ended;
  }
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
