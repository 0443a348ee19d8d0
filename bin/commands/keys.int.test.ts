import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { KeyCreate } from '#lib/contracts/keys.ts';
import { sql } from '#server/db/sql.ts';
import { createKey, getKey } from '#server/secrets/service.ts';
import { userWho } from '#test/actors.ts';
import { launch, makeDataDir, untilEnd } from '#test/launcher/run.ts';

const dir = makeDataDir();
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const admin = userWho('keys:read', 'keys:create', 'keys:decrypt');
const file = join(dir, 'secrets/encryption-key');
process.env['ATTUNE_ENCRYPTION_KEY_FILE'] = file;

const rotate = (env: Readonly<Record<string, string>> = {}) =>
  untilEnd(
    launch('bin/cli.ts', ['keys', 'rotate'], {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        NODE_ENV: 'production',
        ATTUNE_CONFIG_FILE: '/dev/null',
        ATTUNE_DATA_DIR: dir,
        DATABASE_URL: process.env['DATABASE_URL'] ?? '',
        ...env,
      },
    }),
  );

const keyIds = async () =>
  (await sql.query<{ id: string }>('select encryption_key_hash as id from key')).map(
    ({ id }) => id,
  );

test('a key of the data directory is replaced, while others go on reading by the file', async () => {
  await rotate();
  const { ref } = await createKey(
    admin,
    KeyCreate.parse({ owner_type: 'system', local_ref: 'a', name: 'A key', value: 'as it was' }),
  );
  const [before, idsBefore] = [readFileSync(file, 'utf8'), await keyIds()];

  const { code, output } = await rotate();
  expect([code, output]).toEqual([0, expect.stringContaining('1 secrets are encrypted')]);
  expect(readFileSync(file, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  expect(readFileSync(file, 'utf8')).not.toBe(before);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await keyIds()).not.toEqual(idsBefore);
  expect((await getKey(admin, ref)).value).toBe('as it was');
  expect(output).not.toContain(before.trim());
});

test('a key that a command prints is rotated once it prints the one before as well', async () => {
  const present = readFileSync(file, 'utf8').trim();
  const next = 'cd'.repeat(32);
  const alone = await rotate({ ATTUNE_ENCRYPTION_KEY_COMMAND: `echo ${next}` });
  expect([alone.code, alone.output]).toEqual([1, expect.stringContaining('yours to make')]);

  const command = `echo ${next}; echo ${present}`;
  const { code, output } = await rotate({ ATTUNE_ENCRYPTION_KEY_COMMAND: command });
  expect([code, output]).toEqual([0, expect.stringContaining('take it out of your settings')]);
  expect(readFileSync(file, 'utf8').trim()).toBe(present);

  const broken = await rotate({ ATTUNE_ENCRYPTION_KEY_COMMAND: `echo ${next}; exit 3` });
  expect(broken.code).toBe(1);
  expect(broken.output).toContain('ATTUNE_ENCRYPTION_KEY_COMMAND failed');
  expect(broken.output).not.toContain(next);
});
