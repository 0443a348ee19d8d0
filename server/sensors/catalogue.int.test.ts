import { beforeAll, describe, expect, test } from 'vitest';
import { SensorCreate, SensorUpdate } from '#lib/contracts/sensors.ts';
import { sql } from '#server/db/sql.ts';
import { userWho } from '#test/actors.ts';
import { aPack, aTrigger } from '#test/catalogue.ts';
import { liveTokensOf, PATIENCE, runDirectoriesOf, supervise } from '#test/sensor-processes.ts';
import { aRuleOf, aSensor } from '#test/sensors.ts';
import { createSensor, deleteSensor, updateSensor } from './catalogue.ts';
import { getSensor } from './service.ts';

const admin = userWho(
  'sensors:read',
  'sensors:create',
  'sensors:update',
  'sensors:delete',
  'triggers:read',
);
let trigger = '';

const create = (changes: Partial<SensorCreate> = {}) =>
  createSensor(
    admin,
    SensorCreate.parse({
      ref: `lab.s${Math.random().toString(36).slice(2, 10)}`,
      pack_ref: 'lab',
      label: 'Probe',
      entrypoint: 'probe.sh',
      runtime_ref: 'core.shell',
      trigger_ref: trigger,
      ...changes,
    }),
  );

const change = (ref: string, body: unknown) => updateSensor(admin, ref, SensorUpdate.parse(body));

const eventsOf = (ref: string) =>
  sql.query<{ event_type: string }>(
    'select event_type from audit_event where resource_ref = $1 order by id',
    [ref],
  );

beforeAll(async () => {
  await aPack('lab');
  trigger = await aTrigger();
});

describe('a sensor made by hand', () => {
  test('is as it was asked for, changes and goes, each with a line in the audit', async () => {
    const schema = { rate: { type: 'integer', default: 1 } };
    const made = await create({ ref: 'lab.hand', param_schema: schema, config: { rate: 5 } });
    expect(made).toMatchObject({
      ref: 'lab.hand',
      pack_ref: 'lab',
      trigger_refs: [trigger],
      runtime_ref: 'core.shell',
      entrypoint: 'probe.sh',
      config: { rate: 5 },
      enabled: true,
      is_adhoc: true,
      process: { status: 'stopped' },
    });

    const other = await aTrigger();
    const changed = await change('lab.hand', {
      label: 'Probe 2',
      entrypoint: 'deep/probe2.sh',
      trigger_refs: [other],
      description: { op: 'set', value: 'Looks' },
      config: { rate: 7 },
      mq: false,
    });
    expect(changed).toMatchObject({
      label: 'Probe 2',
      description: 'Looks',
      entrypoint: 'deep/probe2.sh',
      trigger_refs: [other],
      config: { rate: 7 },
      mq: false,
    });
    expect(await getSensor(admin, 'lab.hand')).toEqual(changed);

    expect(await deleteSensor(admin, 'lab.hand')).toMatchObject({ success: true });
    await expect(getSensor(admin, 'lab.hand')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await eventsOf('lab.hand')).map(({ event_type: type }) => type)).toEqual([
      'sensor.created',
      'sensor.updated',
      'sensor.deleted',
    ]);
  });

  test.each([
    ['/etc/passwd', 'entrypoint'],
    ['../actions/run.sh', 'entrypoint'],
    ['a/../../b', 'entrypoint'],
    ['', 'entrypoint'],
  ])('cannot leave the sensors of its pack by the entrypoint %j', (entrypoint, field) => {
    const body = { ref: 'lab.x', pack_ref: 'lab', label: 'X', trigger_ref: 'lab.t', entrypoint };
    expect(SensorCreate.safeParse(body).error?.issues.map(({ path }) => path)).toEqual([[field]]);
    expect(SensorUpdate.safeParse({ entrypoint }).success).toBe(false);
  });

  test('names a trigger that is there and that its pack may use', async () => {
    await expect(create({ trigger_ref: 'lab.none' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      details: { ref: 'lab.none' },
    });
    const hidden = await aTrigger();
    await sql.query(`update trigger set reference_visibility = 'private' where ref = $1`, [hidden]);
    await expect(create({ trigger_ref: hidden })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: 'body.trigger_refs.0' }],
    });
    expect(
      SensorCreate.safeParse({ ref: 'lab.x', pack_ref: 'lab', label: 'X', entrypoint: 'x' }).error
        ?.issues[0]?.path,
    ).toEqual(['trigger_refs']);
  });

  test('is refused with its ref where the pack is missing, the name taken or the runtime unknown', async () => {
    await expect(create({ ref: 'nolab.x', pack_ref: 'nolab' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      details: { ref: 'nolab' },
    });
    await expect(create({ ref: 'other.x' })).rejects.toMatchObject({
      details: [{ path: 'body.ref' }],
    });
    await expect(create({ runtime_ref: 'core.ruby' })).rejects.toMatchObject({
      details: [{ path: 'body.runtime_ref' }],
    });
    const outcomes = await Promise.allSettled([
      create({ ref: 'lab.twice' }),
      create({ ref: 'lab.twice' }),
    ]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(create({ ref: 'lab.twice' })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('has a config that fits its schema, also when only the schema changes', async () => {
    const schema = { rate: { type: 'integer', required: true } };
    await expect(create({ param_schema: schema, config: { rate: 'x' } })).rejects.toMatchObject({
      details: [{ path: 'body.config.rate' }],
    });
    await expect(create({ param_schema: { rate: { type: 'speed' } } })).rejects.toMatchObject({
      details: [{ path: 'body.param_schema.rate.type' }],
    });
    const { ref } = await create({ param_schema: schema, config: { rate: 1 } });
    await expect(change(ref, { param_schema: { rate: { type: 'string' } } })).rejects.toMatchObject(
      { details: [{ path: 'body.config.rate' }] },
    );
  });

  test('needs its permissions, and is not there for those who may not know of it', async () => {
    const { ref } = await create();
    const reader = userWho('sensors:read');
    await expect(deleteSensor(reader, ref)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(updateSensor(reader, ref, { label: 'X' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const elsewhere = {
      ...reader,
      grants: [
        {
          resource: 'sensors',
          actions: ['create', 'update'],
          constraints: { pack_refs: ['shop'] },
        },
      ],
    };
    await expect(updateSensor(elsewhere, ref, { label: 'X' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(
      createSensor(
        elsewhere,
        SensorCreate.parse({
          ref: 'lab.no',
          pack_ref: 'lab',
          label: 'X',
          entrypoint: 'x',
          trigger_ref: trigger,
        }),
      ),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a sensor of a pack', () => {
  test('is switched and configured, and otherwise changed in its pack', async () => {
    const { ref } = await aSensor({
      paramSchema: { rate: { type: 'integer' }, pin: { type: 'string', secret: true } },
      config: { rate: 1, pin: 'hush-hush' },
    });
    expect(await change(ref, { enabled: false, config: { rate: 2 } })).toMatchObject({
      enabled: false,
      config: { rate: 2 },
    });
    await expect(change(ref, { label: 'Mine' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(deleteSensor(admin, ref)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('keeps a secret that is sent back as its mask, and takes no new one', async () => {
    const { ref } = await aSensor({
      paramSchema: { rate: { type: 'integer' }, pin: { type: 'string', secret: true } },
      config: { rate: 1, pin: 'hush-hush' },
    });
    const { config } = await getSensor(admin, ref);
    expect(config['pin']).not.toBe('hush-hush');
    await change(ref, { config: { ...config, rate: 2 } });
    const [row] = await sql.query('select config from sensor where ref = $1', [ref]);
    expect(row).toEqual({ config: { rate: 2, pin: 'hush-hush' } });
    await expect(change(ref, { config: { pin: 'another' } })).rejects.toMatchObject({
      details: [{ path: 'body.config.pin' }],
    });
  });
});

test('deleting a sensor ends its process and its token', async () => {
  const { packRef, trigger: own } = await aSensor();
  const ref = `${packRef}.byhand`;
  const { id } = await createSensor(
    admin,
    SensorCreate.parse({
      ref,
      pack_ref: packRef,
      label: 'By hand',
      entrypoint: 'sensor',
      runtime_ref: 'core.shell',
      trigger_refs: [own],
    }),
  );
  await aRuleOf(own);
  await supervise();
  const fixture = { id, ref, packRef, packDirectory: '', trigger: own };
  await expect
    .poll(async () => (await getSensor(admin, ref)).process.status, PATIENCE)
    .toBe('running');
  expect(await liveTokensOf(fixture)).toHaveLength(1);
  expect(runDirectoriesOf(fixture)).toHaveLength(1);

  await deleteSensor(admin, ref);

  await expect.poll(() => runDirectoriesOf(fixture), PATIENCE).toEqual([]);
  await expect.poll(() => liveTokensOf(fixture), PATIENCE).toEqual([]);
});
