import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { hasCommand } from '#bin/has-command.ts';
import { isNodeError, Problem } from '#bin/problem.ts';
import { findBinaries } from './binaries.ts';
import { clearOld } from './clear-old.ts';
import { type Identity, postgresIdentity } from './identity.ts';
import { initCluster, POSTGRES_USER } from './init-cluster.ts';
import { choosePlace } from './place.ts';
import { asIdentity, POSTGRES_ENV } from './run-as.ts';
import { settingArgs } from './settings.ts';
import { socketDirFor } from './socket-dir.ts';

const DATABASE = 'attune';
const POLL_MS = 20;
const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 10_000;

export interface EmbeddedPostgres {
  readonly url: string;
  readonly socketDir: string;
  /** Where its files are; not in the data directory when Postgres' user could not reach that. */
  readonly dir: string;
  readonly outside: boolean;
  readonly child: ChildProcess;
  /** Ends it cleanly: open connections are closed, everything committed is on disk. */
  readonly stop: () => Promise<void>;
}

interface Options {
  /** Absolute. The caller holds the launcher's lock on it. */
  readonly dataDir: string;
  readonly password: string;
  readonly settings?: Record<string, string>;
}

/** Starts a real Postgres of our own, made on first use; reachable through a socket only, and only for us. */
export async function startEmbeddedPostgres(options: Options): Promise<EmbeddedPostgres> {
  const identity = postgresIdentity();
  const place = choosePlace(options.dataDir, identity);
  const binaries = findBinaries(place.outside ? place.dir : options.dataDir, identity);
  const socketDir = socketDirFor(place.dir, identity);
  const { password } = options;
  const cluster = await initCluster({ placeDir: place.dir, binaries, identity, password });
  await clearOld(cluster);

  const logFile = join(place.dir, 'postgres.log');
  const args = ['-D', cluster, ...settingArgs(socketDir, options.settings)];
  const child = spawnServer(binaries.postgres, args, logFile, identity);
  const stop = () => stopServer(child, socketDir);
  try {
    await untilReady(child, urlOf(socketDir, password, 'postgres'), logFile);
    await createDatabase(urlOf(socketDir, password, 'postgres'));
  } catch (error) {
    await stop();
    throw error;
  }
  const url = urlOf(socketDir, password, DATABASE);
  return { url, socketDir, dir: place.dir, outside: place.outside, child, stop };
}

/** The address of a database on the socket. */
export function urlOf(socketDir: string, password: string, database = DATABASE): string {
  return `postgresql://${POSTGRES_USER}:${encodeURIComponent(password)}@localhost/${database}?host=${encodeURIComponent(socketDir)}`;
}

/**
 * `setpriv --pdeathsig INT`: whatever ends the launcher, the kernel asks Postgres for a clean shutdown. Its output
 * goes to a file, for a pipe dies with us and takes the server's last words along.
 */
function spawnServer(
  postgres: string,
  args: string[],
  logFile: string,
  identity: Identity | null,
): ChildProcess {
  const log = openSync(logFile, 'a', 0o600);
  const options: SpawnOptions = {
    cwd: '/',
    env: POSTGRES_ENV,
    detached: true,
    stdio: ['ignore', log, log],
  };
  try {
    if (!hasCommand('setpriv'))
      return spawn(postgres, args, { ...options, ...asIdentity(identity) });
    const ids =
      identity === null
        ? []
        : ['--reuid', `${identity.uid}`, '--regid', `${identity.gid}`, '--clear-groups'];
    return spawn('setpriv', ['--pdeathsig', 'INT', ...ids, '--', postgres, ...args], options);
  } finally {
    closeSync(log);
  }
}

async function untilReady(child: ChildProcess, url: string, logFile: string): Promise<void> {
  const logStart = readFileSync(logFile).byteLength;
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw ended(logFile, logStart);
    const problem = await tryConnect(url);
    if (problem === null) return;
    if (problem.startsWith('28')) throw wrongPassword();
    if (Date.now() > deadline) {
      throw new Problem(
        `Postgres is not ready after two minutes; its log is ${logFile}.`,
        'postgres-start',
      );
    }
    await sleep(POLL_MS);
  }
}

/** Null when connected, else the error's code. */
async function tryConnect(connectionString: string): Promise<string | null> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // the server may end under our feet; the caller sees it
  try {
    await client.connect();
    return null;
  } catch (error) {
    return (isNodeError(error) ? error.code : undefined) ?? 'unknown';
  } finally {
    await client.end().catch(() => undefined);
  }
}

function ended(logFile: string, logStart: number): Problem {
  const log = readFileSync(logFile).subarray(logStart).toString();
  if (/No space left on device/.test(log)) {
    return new Problem('The disk is full; free some space and start again.', 'disk-full');
  }
  const reason =
    /FATAL: {2}(.*)/.exec(log)?.[1] ?? log.trim().split('\n').at(-1) ?? 'no reason given';
  return new Problem(`Postgres did not start: ${reason}. Its log is ${logFile}.`, 'postgres-start');
}

function wrongPassword(): Problem {
  return new Problem(
    'The embedded Postgres does not accept the password in secrets/postgres-password of the data directory; put the file back from a backup.',
    'postgres-password',
  );
}

async function createDatabase(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [
      DATABASE,
    ]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

async function stopServer(child: ChildProcess, socketDir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const closed = once(child, 'close');
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS);
    await closed;
    clearTimeout(timer);
  }
  rmSync(socketDir, { recursive: true, force: true });
}
