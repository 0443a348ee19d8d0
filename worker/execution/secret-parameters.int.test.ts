import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EventCreate } from '#lib/contracts/events.ts';
import type { JsonObject } from '#lib/domain/json.ts';
import { sql } from '#server/db/sql.ts';
import { createEvent } from '#server/events/service.ts';
import { SECRET_CONFIG_PURPOSE } from '#server/executions/secret-config.ts';
import { getExecution } from '#server/executions/service.ts';
import { encrypt } from '#server/secrets/cipher.ts';
import { userWho } from '#test/actors.ts';
import { aRule, aTrigger } from '#test/catalogue.ts';
import { ada, ask } from '#test/executions.ts';
import { aRunningWorker, aScript, type TestWorker } from '#test/worker.ts';

let worker: TestWorker;
beforeAll(async () => {
  worker = await aRunningWorker();
});
afterAll(() => worker[Symbol.asyncDispose]());

const SECRET = 'correct horse';

const SCHEMA = {
  auth: {
    type: 'object',
    properties: { user: { type: 'string' }, password: { type: 'string', secret: true } },
  },
  hosts: {
    type: 'array',
    items: {
      type: 'object',
      properties: { name: { type: 'string' }, token: { type: 'string', secret: true } },
    },
  },
  pins: { type: 'array', items: { type: 'string', secret: true } },
  note: { type: 'string', secret: true },
};

/** In the order in which the database gives it back. */
const PARAMETERS = {
  auth: { user: 'ann', password: `${SECRET} 1` },
  note: `pre ${SECRET} 5`,
  pins: [`${SECRET} 4`],
  hosts: [
    { name: 'a', token: `${SECRET} 2` },
    { name: 'b', token: `${SECRET} 3` },
  ],
};

/** Says what it got in a way that no masker knows. */
const aTeller = () =>
  aScript('sha256sum | cut -c 1-64', 'shell', { param_schema: SCHEMA, output_format: 'text' });

const fingerprint = (parameters: JsonObject) =>
  createHash('sha256')
    .update(`${JSON.stringify(parameters)}\n`)
    .digest('hex');

const rowsWith = async (text: string): Promise<string[]> => {
  const found: string[] = [];
  for (const table of [
    'execution',
    'enforcement',
    'audit_event',
    'environment_snapshot',
    'attempt',
  ])
    for (const { row } of await sql.query<{ row: string }>(`select t::text as row from ${table} t`))
      if (row.includes(text)) found.push(`${table}: ${row}`);
  return found;
};

test('nested and listed secrets of a run stand nowhere in the open, and its process gets them', async () => {
  const id = await ask({}, { action_ref: await aTeller(), parameters: PARAMETERS });
  await worker.run(id);

  expect(await rowsWith(SECRET)).toEqual([]);
  const execution = await getExecution(ada, id);
  expect(execution.config).toMatchObject({
    auth: { user: 'ann', password: '[masked: auth.password]' },
    hosts: [{ name: 'a' }, { name: 'b', token: '[masked: hosts.1.token]' }],
  });
  expect(JSON.stringify(execution.result)).toContain(fingerprint(PARAMETERS));
});

test('text around a reference to a key is as secret as the parameter', async () => {
  const parameters = { note: `{{ key.nobody.knows }}${SECRET}`, pins: ['{{ key.nobody.knows }}'] };
  const id = await ask({}, { action_ref: await aTeller(), parameters });

  expect(await rowsWith(SECRET)).toEqual([]);
  expect((await getExecution(ada, id)).config).toEqual({
    note: '[masked: note]',
    pins: ['{{ key.nobody.knows }}'],
  });
});

test('secrets that an event brings reach the process of its rule and no row, whether they fit or not', async () => {
  const trigger = await aTrigger();
  await aRule({
    trigger,
    action: await aTeller(),
    action_params: {
      auth: { user: 'ann', password: '{{ event.payload.words }} 1' },
      pins: ['{{ event.payload.pin }}'],
    },
  });
  const emit = (pin: string | number) =>
    createEvent(
      userWho('events:create'),
      EventCreate.parse({ trigger_ref: trigger, payload: { words: SECRET, pin } }),
    );
  const fits = await emit('7777');
  await emit(7777);

  expect(await rowsWith(SECRET)).toEqual([]);
  const [row] = await sql.query<{ id: number }>(
    'select e.id from execution e join enforcement f on f.id = e.enforcement_id where f.event_id = $1',
    [fits.id],
  );
  await worker.run(row?.id ?? 0);
  expect(JSON.stringify((await getExecution(ada, row?.id ?? 0)).result)).toContain(
    fingerprint({ auth: { user: 'ann', password: `${SECRET} 1` }, pins: ['7777'] }),
  );
  expect(await sql.query('select status, reason from enforcement order by id')).toMatchObject([
    { status: 'processed' },
    { status: 'disabled', reason: { code: 'PARAMETERS_INVALID' } },
  ]);
});

test('an execution that an older version asked for still gets its secrets', async () => {
  const id = await ask({}, { action_ref: await aTeller(), parameters: { note: SECRET } });

  const { ciphertext, keyId } = encrypt({ note: 'older' }, SECRET_CONFIG_PURPOSE);
  const stored = { key_id: keyId, ciphertext: Buffer.from(ciphertext).toString('base64') };
  await sql.query('update execution set secret_config = $2 where id = $1', [
    id,
    Buffer.from(JSON.stringify(stored)),
  ]);
  await worker.run(id);
  expect(JSON.stringify((await getExecution(ada, id)).result)).toContain(
    fingerprint({ note: 'older' }),
  );
});

describe('a result that holds secrets stays JSON, with a mask for each of them', () => {
  const schema = {
    pin: { type: 'integer', secret: true },
    code: { type: 'string', secret: true },
    login: { type: 'object', secret: true },
  };
  const parameters = {
    pin: 48_151_623,
    code: '0048162342',
    login: { user: 'ann-of-accounts', password: 'say "friend"' },
  };
  const masked = {
    pin: '[masked: parameter pin]',
    code: '[masked: parameter code]',
    login: {
      user: '[masked: parameter login]',
      password: '[masked: parameter login]',
    },
  };
  const sayIt = async (script: string, columns: JsonObject) => {
    const action = await aScript(script, 'shell', { param_schema: schema, ...columns });
    const id = await ask({}, { action_ref: action, parameters });
    await worker.run(id);
    expect(await rowsWith('48151623')).toEqual([]);
    expect(await rowsWith('friend')).toEqual([]);
    return (await getExecution(ada, id)).result;
  };

  test('as its last line', async () => {
    const result = await sayIt('echo first; cat', { output_format: 'json' });
    expect(result).toMatchObject({ succeeded: true, data: masked });
  });

  test('line by line', async () => {
    const result = await sayIt('tee -a x; cat x', { output_format: 'jsonl' });
    expect(result).toMatchObject({ data: [masked, masked] });
  });

  test('as YAML, whose numbers have no leading zeros', async () => {
    const result = await sayIt('echo "pin: 48151623"; echo "code: 0048162342"', {
      output_format: 'yaml',
    });
    expect(result).toMatchObject({ data: { pin: masked.pin, code: masked.code } });
  });

  test('of a run that failed, its error included', async () => {
    const result = await sayIt(
      String.raw`echo '{"error":{"pin":48151623,"why":"say \"friend\""}}'; exit 3`,
      { output_format: 'json' },
    );
    expect(result).toMatchObject({
      succeeded: false,
      data: { error: { pin: masked.pin, why: masked.login.password } },
    });
  });
});
