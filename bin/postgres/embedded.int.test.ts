import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { inRoot } from '#bin/paths.ts';
import { launch, makeDataDir, untilEnd, untilReady } from '#test/launcher/run.ts';
import { query } from '#test/postgres.ts';
import { postgresPidsOf } from './processes.ts';
import { canRun } from './run-as.ts';

const HOLD = 'test/launcher/hold-database.ts';
const isRoot = process.getuid?.() === 0;
const NOBODY = { uid: 65_534, gid: 65_534 };

const running: ChildProcess[] = [];
const dirs: string[] = [];

afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

const dataDir = (mode?: number): string => {
  const dir = makeDataDir(mode);
  dirs.push(dir);
  return dir;
};

async function hold(dir: string, who: { as?: typeof NOBODY; node?: string } = {}) {
  const child = launch(HOLD, [], { env: { ATTUNE_DATA_DIR: dir }, ...who });
  running.push(child);
  return { child, ...(await untilReady(child)) };
}

const clusterOf = (dir: string): string => {
  const pointer = join(dir, 'postgres-place');
  return join(
    existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : join(dir, 'postgres'),
    'cluster',
  );
};

const untilNoPostgres = (dir: string) =>
  expect.poll(() => postgresPidsOf(clusterOf(dir)), { timeout: 15_000 }).toEqual([]);

describe('the embedded Postgres', () => {
  test('keeps what was committed when its launcher is killed, and does not outlive it', async () => {
    const dir = dataDir();
    const first = await hold(dir);
    await query(first.url, 'create table kept as select 7 as seven');

    first.child.kill('SIGKILL');
    await untilNoPostgres(dir);

    const second = await hold(dir);
    expect((await query(second.url, 'select seven from kept')).rows).toEqual([{ seven: 7 }]);
  });

  test('comes back with the same address when somebody kills it, busy backends and all', async () => {
    const dir = dataDir();
    const { url } = await hold(dir);
    await query(url, 'create table kept as select 7 as seven');
    const busy = new pg.Client({ connectionString: url });
    busy.on('error', () => undefined);
    await busy.connect();
    const endless = busy
      .query('select count(*) from generate_series(1, 1e12)')
      .catch((error: unknown) => error);

    const postmaster = Number.parseInt(
      readFileSync(`${clusterOf(dir)}/postmaster.pid`, 'utf8'),
      10,
    );
    process.kill(postmaster, 'SIGKILL');

    const read = () =>
      query(url, 'select seven from kept').then(
        ({ rows }) => rows,
        () => null,
      );
    await expect.poll(read, { timeout: 20_000 }).toEqual([{ seven: 7 }]);
    expect(await endless).toBeInstanceOf(Error);
  });

  test('refuses a second launcher on the same data directory, naming the first', async () => {
    const dir = dataDir();
    const { child, url } = await hold(dir);
    const second = await untilEnd(launch(HOLD, [], { env: { ATTUNE_DATA_DIR: dir } }));
    expect(second.code).toBe(1);
    expect(second.output).toContain(`Attune already runs on ${dir}: process ${child.pid}`);
    expect((await query(url, 'select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  test('listens on a socket only, in a directory that is closed to others', async () => {
    const { url } = await hold(dataDir());
    const socketDir = new URL(url).searchParams.get('host') ?? '';
    expect(statSync(socketDir).mode & 0o777).toBe(0o700);
    expect((await query(url, 'show listen_addresses')).rows).toEqual([{ listen_addresses: '' }]);
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  });

  test('works in a data directory with a path longer than a socket may have', async () => {
    const dir = join(dataDir(), 'long'.repeat(40));
    mkdirSync(dir, { mode: 0o711 });
    const { url } = await hold(dir);
    expect((await query(url, 'select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});

describe.runIf(isRoot)('started by root', () => {
  test('below a directory that its user cannot enter, its files lie elsewhere, and are found again', async () => {
    const closed = dataDir(0o700);
    const dir = join(closed, 'clone/.attune');
    mkdirSync(dir, { recursive: true, mode: 0o711 });
    const first = await hold(dir);
    expect(first.description).toContain('/var/lib/attune/');
    await query(first.url, 'create table kept as select 7 as seven');
    first.child.kill('SIGTERM');
    await once(first.child, 'exit');

    const second = await hold(dir);
    expect((await query(second.url, 'select seven from kept')).rows).toEqual([{ seven: 7 }]);
    const place = join(clusterOf(dir), '..');
    second.child.kill('SIGTERM');
    await once(second.child, 'exit');
    rmSync(place, { recursive: true });
  });

  // A clone that this user cannot read cannot be run by them either.
  test.runIf(canRun({ name: 'nobody', ...NOBODY }, 'test', ['-r', inRoot('package.json')]))(
    'an ordinary user runs it as themselves',
    async () => {
      const around = dataDir();
      const node = join(around, 'node');
      copyFileSync(process.execPath, node); // ours may lie in root's home
      const dir = join(around, 'data');
      mkdirSync(dir, { mode: 0o700 });
      chownSync(dir, NOBODY.uid, NOBODY.gid);
      const { url } = await hold(dir, { as: NOBODY, node });
      expect((await query(url, 'select 1 as one')).rows).toEqual([{ one: 1 }]);
      expect(statSync(clusterOf(dir)).uid).toBe(NOBODY.uid);
    },
  );
});
