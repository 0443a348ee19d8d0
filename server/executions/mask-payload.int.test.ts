import { beforeAll, describe, expect, test } from 'vitest';
import { EventCreate } from '#lib/contracts/events.ts';
import { ExecutionCreate } from '#lib/contracts/executions.ts';
import { KeyCreate, KeyUpdate } from '#lib/contracts/keys.ts';
import type { Actor } from '#server/auth/actor.ts';
import { verifyProcessToken } from '#server/auth/process-token.ts';
import { sql } from '#server/db/sql.ts';
import { createEvent } from '#server/events/service.ts';
import { createKey, getKey, updateKey } from '#server/secrets/service.ts';
import { userWho } from '#test/actors.ts';
import { anAction, aTrigger } from '#test/catalogue.ts';
import { aRunningAttempt, aRunningSensor } from '#test/security/process-tokens.ts';
import { openParameters } from './secret-config.ts';
import { createExecution } from './service.ts';

const admin = userWho('keys:read', 'keys:create', 'keys:update', 'keys:decrypt');
const SCHEMA = { password: { type: 'string', secret: true }, note: { type: 'string' } };

const aKey = (owner: object, value: string, local_ref = `k${crypto.randomUUID().slice(0, 8)}`) =>
  createKey(admin, KeyCreate.parse({ name: 'A key', value, local_ref, ...owner }));

/** As people and tools write what they want to smuggle. */
const disguises = (secret: string): string[] => [
  secret,
  Buffer.from(secret).toString('base64'),
  Buffer.from(`x${secret}`).toString('base64url'),
  Buffer.from(secret).toString('hex'),
  encodeURIComponent(secret),
  JSON.stringify(secret),
];

async function rowsOf(table: string, id: number): Promise<string> {
  const [row] = await sql.query<{ row: string }>(
    `select t::text as row from ${table} t where id = $1`,
    [id],
  );
  return row?.row ?? '';
}

/** Whether something was masked and nothing is left of a secret. */
const isMasked = (secret: string, text: string): boolean =>
  text.includes('[masked: ') && disguises(secret).every((disguise) => !text.includes(disguise));

describe('what a run sends', () => {
  let action: string;
  let trigger: string;
  beforeAll(async () => {
    action = await anAction({ param_schema: SCHEMA });
    trigger = await aTrigger();
  });

  async function aRun(password = 'parameter: swordfish') {
    const { token, owner } = await aRunningAttempt({
      action_ref: action,
      parameters: { password },
    });
    return { token, owner, actor: await verifyProcessToken(token, null) };
  }

  async function leak(actor: Actor, secret: string): Promise<string> {
    const [first = '', ...others] = disguises(secret);
    const event = await createEvent(
      actor,
      EventCreate.parse({
        trigger_ref: trigger,
        payload: { [first]: others, deep: [{ first }] },
        config: { first },
        trace_tag: first.slice(0, 200),
        dedupe_key: first.slice(0, 300),
      }),
    );
    const child = await createExecution(
      actor,
      ExecutionCreate.parse({
        action_ref: action,
        parameters: { note: others.join(' '), more: { [first]: first } },
        env_vars: { NOTE: `pre ${first}` },
        trace_tag: first.slice(0, 200),
      }),
    );
    return (await rowsOf('event', event.id)) + (await rowsOf('execution', child.id));
  }

  test('holds no secret parameter of its own, however it is written', async () => {
    const { actor } = await aRun();
    expect(isMasked('parameter: swordfish', await leak(actor, 'parameter: swordfish'))).toBe(true);
  });

  test('holds no key that it may read, and not its token', async () => {
    const { actor, token, owner } = await aRun();
    await aKey({ owner_type: 'identity', owner_identity: owner }, 'identity: swordfish');

    expect(isMasked('identity: swordfish', await leak(actor, 'identity: swordfish'))).toBe(true);
    expect(await leak(actor, token)).not.toContain(token.slice(100, 160));
  });

  test('holds no key that its permissions showed it while it ran, old value or new', async () => {
    const { actor } = await aRun();
    await leak(actor, 'it is known here by now');
    const key = await aKey({ owner_type: 'system' }, 'first: swordfish');
    const bound = { ...actor, grants: admin.grants };
    await getKey(bound, key.ref);
    await updateKey(admin, key.ref, KeyUpdate.parse({ value: 'second: swordfish' }));
    await getKey(bound, key.ref);

    expect(isMasked('first: swordfish', await leak(actor, 'first: swordfish'))).toBe(true);
    expect(isMasked('second: swordfish', await leak(actor, 'second: swordfish'))).toBe(true);
    expect(await rowsOf('disclosed_secret', 1)).not.toContain('swordfish');
  });

  test('reaches a child by its secret parameters, and nobody else by them', async () => {
    const { actor } = await aRun();
    const child = await createExecution(
      actor,
      ExecutionCreate.parse({
        action_ref: action,
        parameters: { password: 'parameter: swordfish', note: 'plain' },
      }),
    );
    const [row] = await sql.query<{ secret_config: Buffer }>(
      'select secret_config from execution where id = $1',
      [child.id],
    );
    expect(openParameters(row?.secret_config ?? null)).toEqual([
      { steps: ['password'], value: 'parameter: swordfish' },
    ]);
    expect(child.config).toEqual({ password: '[masked: password]', note: 'plain' });
    expect(await rowsOf('execution', child.id)).not.toContain('swordfish');
  });

  test('of a person is left as it is', async () => {
    const event = await createEvent(
      userWho('events:create'),
      EventCreate.parse({ trigger_ref: trigger, payload: { say: 'parameter: swordfish' } }),
    );
    expect(event.payload).toEqual({ say: 'parameter: swordfish' });
  });
});

test('what a sensor sends holds no key that it has stored itself', async () => {
  const { token, sensor } = await aRunningSensor();
  const actor = await verifyProcessToken(token, null);
  const emit = () =>
    createEvent(
      actor,
      EventCreate.parse({
        trigger_ref: sensor.trigger,
        payload: { disguises: disguises('sensor: swordfish'), token },
      }),
    );
  await emit();
  await createKey(
    actor,
    KeyCreate.parse({
      owner_type: 'sensor',
      owner_sensor_ref: sensor.ref,
      name: 'State',
      local_ref: 'state',
      value: 'sensor: swordfish',
    }),
  );
  const row = await rowsOf('event', (await emit()).id);
  expect(isMasked('sensor: swordfish', row)).toBe(true);
  expect(row).not.toContain(token.slice(100, 160));
});
