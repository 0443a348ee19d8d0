import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { KeyCreate } from '#lib/contracts/keys.ts';
import { config } from '#server/config.ts';
import { pool } from '#server/db/pool.ts';
import { inTransaction, sql } from '#server/db/sql.ts';
import { openParameters } from '#server/executions/secret-config.ts';
import {
  changeWebhookConfig,
  openWebhookSecret,
  readWebhookConfig,
} from '#server/triggers/webhook-config.ts';
import { userWho } from '#test/actors.ts';
import { anAction, aTrigger } from '#test/catalogue.ts';
import { ask } from '#test/executions.ts';
import { encrypt } from './cipher.ts';
import { rememberDisclosures } from './disclosures.ts';
import { KnownSecrets } from './known-secrets.ts';
import { STORES } from './reencrypt.ts';
import { rotateSecrets } from './rotate.ts';
import { createKey, getKey } from './service.ts';

const admin = userWho('keys:read', 'keys:create', 'keys:decrypt');
const FIRST = randomBytes(32).toString('hex');

process.env['ATTUNE_ENCRYPTION_KEY'] = FIRST;
const file = join(process.env['ATTUNE_DATA_DIR'] ?? '', `keys-${process.pid}`);
process.env['ATTUNE_ENCRYPTION_KEY_FILE'] = file;
const writeRing = (...keys: string[]) => {
  mkdirSync(config().ATTUNE_DATA_DIR, { recursive: true });
  writeFileSync(`${file}.half`, keys.join('\n'));
  renameSync(`${file}.half`, file);
};

let count = 0;
/** One secret in each of the places where there may be one. */
async function aSecretEverywhere() {
  const value = `secret ${(count += 1)}`;
  const key = await createKey(
    admin,
    KeyCreate.parse({ owner_type: 'system', local_ref: `k${count}`, name: 'A key', value }),
  );
  const action_ref = await anAction({ param_schema: { pin: { secret: true } } });
  const execution = await ask({}, { action_ref, parameters: { pin: value } });
  const trigger = await aTrigger();
  const webhook = changeWebhookConfig(
    {},
    { hmac: { enabled: true, algorithm: 'sha256', secret: value } },
  );
  await sql.query('update trigger set webhook_config = $2::jsonb where ref = $1', [
    trigger,
    JSON.stringify(webhook),
  ]);
  await inTransaction((tx) =>
    rememberDisclosures(tx, { executionId: execution }, [
      { name: 'told', changedAt: new Date(), value },
    ]),
  );
  return async (): Promise<string[]> => {
    const [row] = await sql.query<{ secret_config: Buffer }>(
      'select secret_config from execution where id = $1',
      [execution],
    );
    const [hook] = await sql.query<{ webhook_config: unknown }>(
      'select webhook_config from trigger where ref = $1',
      [trigger],
    );
    const known = await new KnownSecrets({ executionId: execution }, []).refresh();
    return [
      JSON.stringify((await getKey(admin, key.ref)).value),
      JSON.stringify(openParameters(row?.secret_config ?? null)[0]?.value),
      JSON.stringify(openWebhookSecret(readWebhookConfig(hook?.webhook_config))),
      JSON.stringify(known.text(value) === '[masked: told]' ? value : 'not known'),
    ].map((found) => (found === JSON.stringify(value) ? 'as it was' : found));
  };
}

const AS_IT_WAS = Array.from({ length: 4 }, () => 'as it was');
const left = async (): Promise<number> => {
  const { keyId } = encrypt('x');
  const lists = await Promise.all(STORES.map(({ list }) => sql.query(list, [keyId, 0, 1_000])));
  return lists.flat().length;
};

beforeAll(() => writeRing(FIRST));

test('every value is encrypted anew, readable all the while, also for who writes meanwhile', async () => {
  const reads = [await aSecretEverywhere(), await aSecretEverywhere()];
  const second = randomBytes(32).toString('hex');
  writeRing(second, FIRST);
  expect(await left()).toBe(8);

  const progress = { isDone: false };
  const rotating = rotateSecrets(300).finally(() => (progress.isDone = true));
  let rounds = 0;
  while (!progress.isDone) {
    reads.push(await aSecretEverywhere());
    for (const read of reads) expect(await read()).toEqual(AS_IT_WAS);
    rounds += 1;
  }
  expect(rounds).toBeGreaterThan(0);
  expect(await rotating).toMatchObject({ unreadable: 0, complete: true });
  expect(await left()).toBe(0);

  writeRing(second);
  for (const read of reads) expect(await read()).toEqual(AS_IT_WAS);
});

test('one that was cut off goes on where it was', async () => {
  const reads = await Promise.all(Array.from({ length: 5 }, () => aSecretEverywhere()));
  const before = encrypt('x').keyId;
  const third = randomBytes(32).toString('hex');
  writeRing(third, FIRST);
  // Half of it, as if the process had been killed.
  const halves = await sql.query<{ id: number }>('select id from key where id % 2 = 0');
  await sql.query(
    `create function refuse_odd() returns trigger language plpgsql as $$ begin raise exception 'killed'; end $$`,
  );
  await sql.query(
    'create trigger refuse_odd before update of ciphertext on key for each row when (old.id % 2 = 1) execute function refuse_odd()',
  );
  await expect(rotateSecrets(0)).rejects.toThrow('killed');
  expect(halves.length).toBeGreaterThan(0);
  expect(await left()).toBeGreaterThan(0);
  for (const read of reads) expect(await read()).toEqual(AS_IT_WAS);

  await sql.query('drop trigger refuse_odd on key');
  expect(await rotateSecrets(0)).toMatchObject({ unreadable: 0, complete: true });
  expect(await left()).toBe(0);
  expect(encrypt('x').keyId).not.toBe(before);
  for (const read of reads) expect(await read()).toEqual(AS_IT_WAS);
});

test('waits for whoever may still write with the key before, or read what it wrote', async () => {
  const client = await pool().connect();
  await client.query('begin');
  await client.query('select 1');
  let isDone = false;
  const rotating = rotateSecrets(0).finally(() => (isDone = true));
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(isDone).toBe(false);
  await client.query('commit');
  client.release();
  expect(await rotating).toMatchObject({ complete: true });
});

test('what none of the keys opens stays as it is and is counted', async () => {
  await aSecretEverywhere();
  await sql.query(`update key set encryption_key_hash = 'of nobody' where local_ref = $1`, [
    `k${count}`,
  ]);
  expect(await rotateSecrets(0)).toMatchObject({ changed: 0, unreadable: 1 });
});

test('no other column holds what our cipher wrote', async () => {
  const columns = await sql.query<{ place: string }>(
    `select table_name || '.' || column_name as place from information_schema.columns
     where table_schema = 'public' and (data_type = 'bytea' or column_name ~ 'ciphertext|webhook_config')
       and column_name !~ 'hash|^content$'`,
  );
  expect(columns.map(({ place }) => place).toSorted()).toEqual(
    STORES.map(({ name }) => name).toSorted(),
  );
});
