import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { launch, makeDataDir, untilEnd } from '#test/launcher/run.ts';
import { query, urlOf } from '#test/postgres.ts';
import { VERSION } from '#lib/version.ts';
import { inRoot } from './paths.ts';

const adminUrl = inject('postgresUrl');
const dir = makeDataDir();
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Nothing of what the tests themselves run with, the address of their database above all. */
const bare = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  NODE_ENV: 'production',
  ATTUNE_CONFIG_FILE: '/dev/null',
} as const;

const attune = (args: readonly string[], env: Record<string, string> = {}) =>
  untilEnd(launch('bin/cli.ts', args, { env: { ATTUNE_DATA_DIR: dir, ...env } }));

async function database(name: string): Promise<string> {
  await query(adminUrl, `create database ${name}`);
  return urlOf(name, adminUrl);
}

test('version names program, schema and Node', async () => {
  const { code, output } = await attune(['version']);
  expect(code).toBe(0);
  expect(output).toMatch(
    new RegExp(`attune ${VERSION}, schema \\d+_\\w+, Node ${process.versions.node}`),
  );
});

describe('start with a wrong DATABASE_URL ends with one sentence that says what to do', () => {
  const withPassword = (password: string) => {
    const url = new URL(adminUrl);
    url.password = password;
    return url.href;
  };
  test.each([
    [
      'no address at all',
      'mysql://x',
      /DATABASE_URL is no address of a Postgres; write it as/,
      'wrong-setting',
    ],
    [
      'nobody there',
      'postgresql://u:secret-word@127.0.0.1:1/x',
      /Cannot reach Postgres at 127\.0\.0\.1:1 \(ECONNREFUSED\)/,
      'database-unreachable',
    ],
    [
      'a wrong password',
      withPassword('secret-word'),
      /does not let user 'attune' in/,
      'database-login',
    ],
    [
      'an unknown database',
      urlOf('nowhere', adminUrl),
      /no database 'nowhere' .* 'createdb nowhere'/,
      'database-missing',
    ],
  ])('%s', async (_, url, sentence, anchor) => {
    const { code, output } = await attune(['start'], { DATABASE_URL: url });
    expect(code).toBe(1);
    expect(output).toMatch(sentence);
    expect(output).toContain(`docs/troubleshooting.md#${anchor}`);
    expect(output).not.toContain('secret-word');
    expect(output).not.toMatch(/\n\s+at /); // no stack
  });
});

test('start on a port that was asked for and is taken names the setting', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const { code, output } = await attune(['start'], { PORT: port });
  server.close();
  expect(code).toBe(1);
  expect(output).toContain(`Port ${port} on 127.0.0.1 is taken; set PORT`);
});

test('a setting that does not fit is named with its value and what it takes', async () => {
  const { code, output } = await attune(['start'], { WORKER_SLOTS: 'many', PORT: '70000' });
  expect(code).toBe(1);
  expect(output).toContain('PORT=70000 does not fit; it takes a whole number from 0 to 65535.');
  expect(output).toContain(
    'WORKER_SLOTS=many does not fit; it takes a whole number from 1 to 500.',
  );
});

test.runIf(existsSync('/proc/self')).each(['/proc/x', '/proc', '/dev/null/x'])(
  'a data directory that cannot be made or written ends with a sentence: %s',
  async (path) => {
    const startedAt = Date.now();
    const { code, output } = await attune(['start'], { ATTUNE_DATA_DIR: path });
    expect(code).toBe(1);
    expect(output).toMatch(/The data directory \S+ cannot be .*; set ATTUNE_DATA_DIR to/);
    expect(output).not.toMatch(/\n\s+at /);
    expect(Date.now() - startedAt).toBeLessThan(10_000); // it used to hang
  },
);

describe('a first start that gets no database leaves nothing behind', () => {
  test('because nobody answers at DATABASE_URL', async () => {
    const empty = makeDataDir();
    const { code } = await attune(['start'], {
      ATTUNE_DATA_DIR: empty,
      DATABASE_URL: 'postgresql://u:secret-word@127.0.0.1:1/x',
    });
    expect(code).toBe(1);
    expect(readdirSync(empty)).toEqual([]);
    rmSync(empty, { recursive: true });
  });

  const mount = (command: string) => [
    '--mount',
    '--map-root-user',
    'sh',
    '-c',
    `mount -t tmpfs -o size=2m tmpfs "$ATTUNE_DATA_DIR" && ${command}`,
  ];
  const probe = makeDataDir();
  const canMount =
    spawnSync('unshare', mount('true'), { env: { ...bare, ATTUNE_DATA_DIR: probe } }).status === 0;
  rmSync(probe, { recursive: true });

  test.runIf(canMount)('because the disk is full', async () => {
    const full = makeDataDir();
    const command = `"${process.execPath}" "${inRoot('bin/cli.ts')}" start; echo "code $?"; ls -A "$ATTUNE_DATA_DIR"`;
    const { stdout, stderr } = spawnSync('unshare', mount(command), {
      encoding: 'utf8',
      env: { ...bare, ATTUNE_DATA_DIR: full },
    });
    expect(stderr).toMatch(/There are \d MB left on the disk of .*, and 500 MB are needed/);
    expect(stdout).toBe('code 1\n');
    rmSync(full, { recursive: true });
  });
});

describe.each(['web', 'worker'])('%s started alone', (name) => {
  test('refuses a database that was never migrated', async () => {
    const { code, output } = await attune([name], {
      DATABASE_URL: await database(`attune_older_${name}`),
    });
    expect(code).toBe(1);
    expect(output).toMatch(
      /schema is empty, older than this program's \d+_\w+; run 'npx --no attune db migrate'/,
    );
    expect(output).toContain('docs/troubleshooting.md#schema-older');
  });

  test('refuses a newer schema', async () => {
    const name_ = `attune_newer_${name}`;
    await query(adminUrl, `create database ${name_} template attune_template`);
    const url = urlOf(name_, adminUrl);
    await query(url, "update _prisma_migrations set migration_name = '99990101000000_future'");
    const { code, output } = await attune([name], { DATABASE_URL: url });
    expect(code).toBe(1);
    expect(output).toMatch(
      /schema is 99990101000000_future, newer than this program's \d+_\w+; update/,
    );
  });

  test('without any database says where one would come from', async () => {
    const { code, output } = await attune([name]);
    expect(code).toBe(1);
    expect(output).toContain("set DATABASE_URL, or run 'npm start' first");
  });
});

test('a secret in the environment is gone from /proc before anything is started', async () => {
  const child = launch('test/launcher/print-environ.ts', [], {
    env: { DATABASE_URL: 'postgresql://secret-word', HARMLESS: 'seen' },
  });
  const { output } = await untilEnd(child);
  expect(JSON.parse(output)).toEqual({
    environ: expect.stringContaining('HARMLESS=seen'),
    handedOver: 'postgresql://secret-word',
    pid: child.pid,
    leftOver: [],
  });
  expect(output.match(/secret-word/g)).toHaveLength(1);
});
