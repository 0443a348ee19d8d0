import { beforeAll, describe, expect, test } from 'vitest';
import { KeyCreate, KeyUpdate } from '#lib/contracts/keys.ts';
import { sql } from '#server/db/sql.ts';
import { userWho } from '#test/actors.ts';
import { aPack, aRule, aTrigger } from '#test/catalogue.ts';
import { aRun, aRunningSensor, endToken } from '#test/process-actors.ts';
import { decrypt, encrypt } from './cipher.ts';
import { listKeyUses, usesOf } from './uses.ts';
import { knownSecretsFor, resolveKeys } from './resolve.ts';
import * as keys from './service.ts';

const SECRET = 'correct-horse-battery';
const admin = userWho('keys:read', 'keys:create', 'keys:update', 'keys:delete', 'keys:decrypt');
const reader = userWho('keys:read');

const sensors = new Map<string, number>();

async function insertSensor(pack: { id: number; ref: string }, name: string): Promise<void> {
  const [row] = await sql.query<{ id: number }>(
    `insert into sensor (ref, pack_id, pack_ref, label, entrypoint, trigger_refs) values ($1, $2, $3, $1, 's.sh', '{}') returning id`,
    [`${pack.ref}.${name}`, pack.id, pack.ref],
  );
  sensors.set(`${pack.ref}.${name}`, row?.id ?? 0);
}

const sensorActor = (ref: string) =>
  aRunningSensor({ id: sensors.get(ref) ?? 0, ref, packRef: 'bank', triggerRefs: [] });

const create = (fields: Record<string, unknown>) =>
  keys.createKey(
    admin,
    KeyCreate.parse({
      name: 'A key',
      value: SECRET,
      owner_type: 'pack',
      owner_pack_ref: 'bank',
      ...fields,
    }),
  );

beforeAll(async () => {
  const bank = await aPack('bank');
  await aPack('shop');
  await insertSensor(bank, 'watch');
  await insertSensor(bank, 'other');
  await sql.query(
    `insert into action (ref, pack_id, pack_ref, label, entrypoint) values ('bank.pay', $1, 'bank', 'Pay', 'pay.sh')`,
    [bank.id],
  );
});

describe('a value', () => {
  test('is encrypted at rest, each time otherwise, and only readable in its place', () => {
    const one = encrypt({ pin: SECRET }, 'a');
    const two = encrypt({ pin: SECRET }, 'a');
    expect(Buffer.from(one.ciphertext).equals(Buffer.from(two.ciphertext))).toBe(false);
    expect(decrypt(one.ciphertext, one.keyId, 'a')).toEqual({ pin: SECRET });
    expect(() => decrypt(one.ciphertext, one.keyId, 'b')).toThrow('damaged or was moved');
    expect(() => decrypt(one.ciphertext, 'another', 'a')).toThrow('ATTUNE_ENCRYPTION_KEY');
  });

  test('stands nowhere in the database, the audit included', async () => {
    const { ref } = await create({ local_ref: 'hidden' });
    await keys.getKey(admin, ref);
    await keys.updateKey(admin, ref, KeyUpdate.parse({ value: `${SECRET}-2` }));
    const [found] = await sql.query<{ text: string }>(
      `select (select jsonb_agg(to_jsonb(k)) from key k)::text || (select jsonb_agg(to_jsonb(a)) from audit_event a)::text as text`,
    );
    expect(found?.text).toContain(ref);
    expect(found?.text).not.toContain(SECRET);
    expect(found?.text).not.toContain(Buffer.from(SECRET).toString('hex'));
  });

  test('is told to those who may decrypt, and each time is written down', async () => {
    const { ref, value } = await create({ local_ref: 'told' });
    expect(value).toBeNull();
    expect((await keys.getKey(reader, ref)).value).toBeNull();
    expect((await keys.getKey(admin, ref)).value).toBe(SECRET);
    const told = await sql.query<{ event_type: string }>(
      `select event_type from audit_event where resource_ref = $1 order by id`,
      [ref],
    );
    expect(told.map(({ event_type: type }) => type)).toEqual(['key.created', 'key.disclosed']);
  });

  test('is in no list', async () => {
    await create({ local_ref: 'listed', value: 'in the open', encrypted: false });
    const page = await keys.listKeys(admin, { page_size: 1000 });
    expect(page.items.length).toBeGreaterThan(0);
    expect(JSON.stringify(page)).not.toMatch(/in the open|correct-horse|"value"/);
  });

  test('that is short is told to be hard to mask', async () => {
    expect((await create({ local_ref: 'short', value: 'abc' })).warnings).toMatchObject([
      { code: 'short_value' },
    ]);
    expect(
      (await create({ local_ref: 'shortish', value: { user: 'administrator', pin: '123456' } }))
        .warnings[0]?.message,
    ).toContain('encoded');
    expect((await create({ local_ref: 'long' })).warnings).toEqual([]);
  });

  test('is not stored in the open by somebody who may not read it', async () => {
    const { ref } = await create({ local_ref: 'opened' });
    const writer = userWho('keys:read', 'keys:update');
    await expect(
      keys.updateKey(writer, ref, KeyUpdate.parse({ encrypted: false })),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await keys.updateKey(admin, ref, KeyUpdate.parse({ encrypted: false }))).value).toBe(
      SECRET,
    );
  });
});

describe('a ref', () => {
  test('is made of the owner and the local ref, or is as older clients name it', async () => {
    expect((await create({ local_ref: 'db' })).ref).toBe('pack.bank.db');
    expect((await create({ owner_type: 'system', local_ref: 'smtp' })).ref).toBe('system.smtp');
    expect(await create({ ref: 'bank.counter.total' })).toMatchObject({
      ref: 'bank.counter.total',
      owner_pack_ref: 'bank',
    });
  });

  test('is taken once, and never from another owner', async () => {
    await create({ local_ref: 'once' });
    await expect(create({ local_ref: 'once' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(create({ ref: 'pack.shop.db' })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: 'body.ref' }],
    });
    await expect(create({ local_ref: 'x', owner_pack_ref: 'nowhere' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('a sensor', () => {
  test('reads and writes its own keys and knows of no others', async () => {
    const sensor = await sensorActor('bank.watch');
    const own = await keys.createKey(
      sensor,
      KeyCreate.parse({
        ref: 'bank.watch.cursor',
        name: 'c',
        value: 1,
        owner_type: 'sensor',
        owner_sensor_ref: 'bank.watch',
        encrypted: false,
      }),
    );
    await keys.updateKey(sensor, own.ref, KeyUpdate.parse({ value: 2 }));
    expect((await keys.getKey(sensor, own.ref)).value).toBe(2);
    expect((await keys.listKeys(sensor, {})).items.map(({ ref }) => ref)).toEqual([own.ref]);

    const { ref } = await create({ local_ref: 'not-the-sensors' });
    await expect(keys.getKey(sensor, ref)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(keys.updateKey(sensor, ref, KeyUpdate.parse({ value: 1 }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(keys.getKey(await sensorActor('bank.other'), own.ref)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const foreign = KeyCreate.parse({
      local_ref: 'x',
      name: 'x',
      value: 1,
      owner_type: 'sensor',
      owner_sensor_ref: 'bank.other',
    });
    await expect(keys.createKey(sensor, foreign)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('writes nothing once its token has ended', async () => {
    const sensor = await sensorActor('bank.watch');
    await endToken(sensor.jti);
    const body = KeyCreate.parse({
      local_ref: 'late',
      name: 'late',
      value: 1,
      owner_type: 'sensor',
      owner_sensor_ref: 'bank.watch',
    });
    await expect(keys.createKey(sensor, body)).rejects.toMatchObject({
      name: 'ProcessTokenRefused',
    });
    expect(await sql.query(`select 1 from key where local_ref = 'late'`)).toEqual([]);
  });
});

describe('a run', () => {
  test('reads the keys of its identity, its pack and its action, and no others', async () => {
    await sql.query(`insert into identity (id, login) values (501, 'cleo') on conflict do nothing`);
    const refs = {
      pack: (await create({ local_ref: 'of-pack' })).ref,
      action: (
        await create({ local_ref: 'of-action', owner_type: 'action', owner_action_ref: 'bank.pay' })
      ).ref,
      identity: (
        await create({ local_ref: 'of-identity', owner_type: 'identity', owner_identity: 501 })
      ).ref,
    };
    const others = [
      (await create({ local_ref: 'shops', owner_pack_ref: 'shop' })).ref,
      (await create({ local_ref: 'systems', owner_type: 'system' })).ref,
      (await create({ local_ref: 'sensors', owner_type: 'sensor', owner_sensor_ref: 'bank.watch' }))
        .ref,
    ];
    const run = await aRun('bank', { actionRef: 'bank.pay', identityId: 501 });
    for (const ref of Object.values(refs)) expect((await keys.getKey(run, ref)).value).toBe(SECRET);
    for (const ref of others)
      await expect(keys.getKey(run, ref)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      keys.updateKey(run, refs.pack, KeyUpdate.parse({ value: 1 })),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });

    const owner = { identityId: 501, packRef: 'bank', actionRef: 'bank.pay' };
    const resolved = await resolveKeys([...Object.values(refs), ...others], owner, run);
    expect([...resolved.keys()].toSorted()).toEqual(Object.values(refs).toSorted());
    const told = await sql.query<{ ref: string }>(
      `select resource_ref as ref from audit_event
       where event_type = 'key.delivered' and resource_type = 'key' and actor_login = $1`,
      [`execution:${run.executionId}`],
    );
    expect(told.map(({ ref }) => ref).toSorted()).toEqual(Object.values(refs).toSorted());
    const known = (await knownSecretsFor(owner)).map(({ name }) => name);
    expect(known).toEqual(expect.arrayContaining(Object.values(refs)));
    expect(known).not.toEqual(expect.arrayContaining([others[0]]));
  });
});

describe('a stranger', () => {
  test('to keys is refused, and grants with bounds reach no further', async () => {
    const { ref } = await create({ local_ref: 'bounded' });
    await expect(keys.getKey(userWho('rules:read'), ref)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const shopOnly = {
      ...admin,
      grants: [
        {
          resource: 'keys',
          actions: ['read', 'decrypt'],
          constraints: { owner_types: ['pack'], owner_refs: ['shop'] },
        },
      ],
    };
    await expect(keys.getKey(shopOnly, ref)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await keys.listKeys(shopOnly, {})).items.every(({ owner }) => owner === 'shop')).toBe(
      true,
    );
  });
});

describe('a value that a person looks at', () => {
  test('takes keys:decrypt, and leaves who, which and why in the audit', async () => {
    const key = await create({ local_ref: 'looked_at' });
    await expect(keys.revealKey(reader, key.ref, 'curious')).rejects.toThrow('keys:decrypt');
    expect((await keys.revealKey(admin, key.ref, 'the vendor asked')).value).toBe(SECRET);
    const rows = await sql.query(
      `select actor_login, details from audit_event where event_type = 'key.disclosed' and resource_ref = $1`,
      [key.ref],
    );
    expect(rows).toEqual([{ actor_login: 'ada', details: { reason: 'the vendor asked' } }]);
  });
});

describe('what refers to a key', () => {
  test('is found in parameters of rules and defaults of actions, as far as one may see them, for many keys at once', async () => {
    const used = await create({ local_ref: 'used' });
    const unused = await create({ local_ref: 'used_' });
    const [{ id: pack } = { id: 0 }] = await sql.query<{ id: number }>(
      `select id from pack where ref = 'bank'`,
    );
    await sql.query(
      `insert into action (ref, pack_id, pack_ref, label, entrypoint, param_schema)
       values ('bank.save', $1, 'bank', 'Save', 's.sh', $2::json)`,
      [pack, JSON.stringify({ pin: { default: `{{key.${used.ref}}}` } })],
    );
    const { ref: rule } = await aRule({
      trigger: await aTrigger(),
      action: 'bank.pay',
      action_params: {
        deep: [{ auth: `Bearer {{  key.${used.ref}  }} and {{ key.${used.ref} }}` }],
        text: 'a key. and {{ event.payload.key }}',
      },
    });
    const sees = userWho('keys:read', 'rules:read', 'actions:read');

    expect(await listKeyUses(sees, used.ref)).toEqual([
      { kind: 'rule', ref: rule },
      { kind: 'action', ref: 'bank.save' },
    ]);
    expect([...(await usesOf(sees, [used.ref, unused.ref])).keys()]).toEqual([used.ref]);
    expect(await listKeyUses(userWho('keys:read', 'rules:read'), used.ref)).toEqual([
      { kind: 'rule', ref: rule },
    ]);
    await expect(listKeyUses(sees, 'pack.bank.none')).rejects.toThrow('There is no key');
  });
});
