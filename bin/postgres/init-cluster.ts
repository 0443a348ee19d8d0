import { spawn } from 'node:child_process';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '#bin/problem.ts';
import type { Binaries } from './binaries.ts';
import type { Identity } from './identity.ts';
import { own } from './place.ts';
import { asIdentity, POSTGRES_ENV } from './run-as.ts';

export const POSTGRES_USER = 'attune';

interface Init {
  readonly placeDir: string;
  readonly binaries: Binaries;
  readonly identity: Identity | null;
  readonly password: string;
}

/** Makes the cluster if there is none yet. Done aside and renamed, so an interrupted one leaves nothing half done. */
export async function initCluster(init: Init): Promise<string> {
  const cluster = join(init.placeDir, 'cluster');
  const version = join(cluster, 'PG_VERSION');
  if (existsSync(version)) {
    refuseOtherMajor(readFileSync(version, 'utf8').trim(), init.binaries.major, cluster);
    return cluster;
  }
  const half = join(init.placeDir, 'cluster.half');
  rmSync(half, { recursive: true, force: true });
  own(half, init.identity);
  await withPasswordFile(init, (file) => runInitdb(init, half, file));
  renameSync(half, cluster);
  return cluster;
}

function refuseOtherMajor(found: string, ours: string, cluster: string): void {
  if (found === ours) return;
  throw new Problem(
    `The database in ${cluster} was made by Postgres ${found}, this version brings Postgres ${ours}; go back to the earlier version, 'attune backup', and restore the archive into a new data directory.`,
    'postgres-major-version',
  );
}

/** initdb reads the password from a file only; a descriptor will not do, as Node's are sockets. */
async function withPasswordFile(init: Init, work: (file: string) => Promise<void>): Promise<void> {
  const file = join(init.placeDir, 'initial-password');
  rmSync(file, { force: true });
  writeFileSync(file, `${init.password}\n`, { mode: 0o600, flag: 'wx' });
  if (init.identity) chownSync(file, init.identity.uid, init.identity.gid);
  try {
    await work(file);
  } finally {
    rmSync(file, { force: true });
  }
}

function runInitdb({ binaries, identity }: Init, dir: string, passwordFile: string): Promise<void> {
  const args = ['-D', dir, '-U', POSTGRES_USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  // The built-in locale needs none of the system's.
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8'];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(binaries.initdb, [...args, ...locale, '--no-instructions'], {
    ...asIdentity(identity),
    cwd: '/',
    env: POSTGRES_ENV,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  child.once('error', reject);
  child.once('close', (code) => {
    if (code === 0) return resolve();
    rmSync(dir, { recursive: true, force: true });
    reject(initFailed(stderr.trim()));
  });
  return promise;
}

function initFailed(stderr: string): Problem {
  if (/No space left on device/.test(stderr)) {
    return new Problem('The disk is full; free some space and start again.', 'disk-full');
  }
  const reason = stderr.split('\n').find((line) => line.includes('error:')) ?? stderr;
  return new Problem(`Postgres could not make its files: ${reason}`, 'postgres-init');
}
