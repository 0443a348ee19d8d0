import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { madeSecret } from '#bin/data/made-secrets.ts';
import { KeyCreate } from '#lib/contracts/keys.ts';
import { isFinal } from '#lib/domain/execution-status.ts';
import { config } from '#server/config.ts';
import { sql } from '#server/db/sql.ts';
import { getExecution } from '#server/executions/service.ts';
import { createKey } from '#server/secrets/service.ts';
import { userWho } from '#test/actors.ts';
import { ada, ask } from '#test/executions.ts';
import { launch, makeDataDir, untilEnd } from '#test/launcher/run.ts';
import { query, urlOf } from '#test/postgres.ts';
import { aScript } from '#test/worker.ts';
import { startWorker } from './product.ts';
import { outputOf } from './runs.ts';
import { waitFor } from './until.ts';

const VALUE = 'what the key holds, whoever encrypted it';
const KEYS = 20;
const dataDir = process.env['ATTUNE_DATA_DIR'] ?? '';
const file = join(dataDir, 'secrets/encryption-key');
process.env['ATTUNE_ENCRYPTION_KEY_FILE'] = file; // before anybody reads the settings
const restored = [makeDataDir(), makeDataDir()] as const;
afterAll(() => {
  for (const directory of restored) rmSync(directory, { recursive: true, force: true });
});

const attune = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  launch('bin/cli.ts', args, {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      NODE_ENV: 'production',
      ATTUNE_CONFIG_FILE: '/dev/null',
      ATTUNE_DATA_DIR: dataDir,
      DATABASE_URL: process.env['DATABASE_URL'] ?? '',
      ...env,
    },
  });

const keysInFile = (): number => readFileSync(file, 'utf8').trim().split('\n').length;
/** How many keys are in use for the rows. */
const keysInUse = async (): Promise<number> =>
  (await sql.query('select distinct encryption_key_hash from key')).length;

let action = '';
let key = '';

beforeAll(async () => {
  madeSecret(dataDir, 'encryption-key');
  action = await aScript('sha256sum | cut -c 1-64', 'shell', { output_format: 'text' });
  const admin = userWho('keys:create');
  for (let n = 0; n < KEYS; n++) {
    const { ref } = await createKey(
      admin,
      KeyCreate.parse({
        owner_type: 'action',
        owner: action,
        local_ref: `k${n}`,
        name: 'A key',
        value: VALUE,
      }),
    );
    key = ref;
  }
});

/** Runs that are told a key, one after the other, until told otherwise. */
function keepRunning(): { ids: number[] } & AsyncDisposable {
  const ids: number[] = [];
  const over = new AbortController();
  const going = (async () => {
    while (!over.signal.aborted) {
      const id = await ask({}, { action_ref: action, parameters: { k: `{{ key.${key} }}` } });
      ids.push(id);
      await waitFor(
        { until: `run ${id} ended`, withinMs: 15_000 },
        async () => (await getExecution(ada, id)).status,
        isFinal,
      );
    }
  })();
  return {
    ids,
    [Symbol.asyncDispose]: () => {
      over.abort();
      return going;
    },
  };
}

/** Lets each value take a while, so that a rotation can be met in its middle. */
const slowDown = (seconds: number) =>
  query(
    config().DATABASE_URL,
    `create function take_a_while() returns trigger language plpgsql as
       $$ begin perform pg_sleep(${seconds}); return new; end $$;
     create trigger take_a_while before update of ciphertext on key
       for each row execute function take_a_while()`,
  );

test('keys are rotated, killed in the middle and rotated on while runs are told them, and a back-up of each moment can be read', async () => {
  // With the leases that everybody has: a busy machine must not look like a key that cannot be read.
  await startWorker({
    env: { ATTUNE_ENCRYPTION_KEY_FILE: file, LEASE_SECONDS: '15', LEASE_GRACE_SECONDS: '10' },
  });
  await using runs = keepRunning();
  const before = readFileSync(file, 'utf8').trim();

  await slowDown(0.05);
  const killed = attune(['keys', 'rotate']);
  const end = untilEnd(killed);
  await waitFor({ until: 'in the middle', withinMs: 20_000 }, keysInUse, (count) => count === 2);
  killed.kill('SIGKILL');
  expect((await end).code).toBeNull();
  expect([keysInFile(), await keysInUse()]).toEqual([2, 2]);

  const halfway = join(dataDir, 'halfway.backup');
  expect((await untilEnd(attune(['backup', halfway]))).code).toBe(0);
  const runsSoFar = runs.ids.length;
  await waitFor(
    { until: 'another run between two keys', withinMs: 10_000 },
    () => runs.ids.length,
    (count) => count > runsSoFar + 1,
  );

  const { code, output } = await untilEnd(attune(['keys', 'rotate']));
  expect([code, output]).toEqual([0, expect.stringContaining('A rotation was interrupted')]);
  expect([keysInFile(), await keysInUse()]).toEqual([1, 1]);
  expect(readFileSync(file, 'utf8')).not.toContain(before);
  const afterwards = join(dataDir, 'afterwards.backup');
  expect((await untilEnd(attune(['backup', afterwards]))).code).toBe(0);
  await runs[Symbol.asyncDispose]();

  // Each said what it was told: no run failed, and none got anything else.
  const told = createHash('sha256')
    .update(`${JSON.stringify({ k: VALUE })}\n`)
    .digest('hex');
  expect(runs.ids.length).toBeGreaterThan(3);
  for (const id of runs.ids) {
    expect(await getExecution(ada, id)).toMatchObject({ status: 'completed', error: null });
    expect((await outputOf(id)).trim()).toBe(told);
  }
  await Promise.all([
    expectReadable(halfway, restored[0]),
    expectReadable(afterwards, restored[1]),
  ]);
}, 90_000);

/** What is restored of it on another machine can all be encrypted anew, and so can be read. */
async function expectReadable(archive: string, directory: string): Promise<void> {
  const database = `attune_restored_${basename(directory).replaceAll(/\W/g, '').toLowerCase()}`;
  const adminUrl = inject('postgresUrl');
  await query(adminUrl, `create database ${database}`);
  try {
    const there = { ATTUNE_DATA_DIR: directory, DATABASE_URL: urlOf(database, adminUrl) };
    const loaded = await untilEnd(attune(['restore', archive], there));
    expect([loaded.code, loaded.output]).toEqual([0, expect.stringContaining('rows restored')]);
    const { code, output } = await untilEnd(attune(['keys', 'rotate'], there));
    expect([code, output]).toEqual([0, expect.stringMatching(/(?!0 )\d+ secrets are encrypted/)]);
    expect(output).not.toContain('could be read by none');
  } finally {
    await query(adminUrl, `drop database ${database} with (force)`);
  }
}
