import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { launch, makeDataDir, untilEnd } from '#test/launcher/run.ts';
import { query, urlOf } from '#test/postgres.ts';
import { VERSION } from '#lib/version.ts';

const adminUrl = inject('postgresUrl');
const dir = makeDataDir();
afterAll(() => rmSync(dir, { recursive: true, force: true }));

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

test('a setting that does not fit is named with its value', async () => {
  const { code, output } = await attune(['start'], { WORKER_SLOTS: 'many' });
  expect(code).toBe(1);
  expect(output).toContain('WORKER_SLOTS=many');
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
