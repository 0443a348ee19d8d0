import { describe, expect, test } from 'vitest';
import { buildSensorEnvironment, type SensorEnvironmentInput } from './sensor.ts';
import { SENSOR_VARIABLES } from './sensor-variables.ts';

const surroundings = {
  baseline: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' },
  operator: {},
  runtime: [],
  home: '/tmp/home',
  tmpdir: '/tmp/t',
  user: 'attune',
  cwd: '/packs/core',
  secrets: [],
};

const sensor = (
  standard: Partial<SensorEnvironmentInput['standard']> = {},
  change: Partial<SensorEnvironmentInput> = {},
) =>
  buildSensorEnvironment({
    ...surroundings,
    standard: {
      sensorId: 3,
      sensorRef: 'core.timer_sensor',
      apiUrl: 'http://127.0.0.1:3000',
      token: 'token-of-the-sensor',
      packRef: 'core',
      triggers: [{ id: 1, ref: 'core.r', trigger_ref: 'core.t', config: { unit: 'seconds' } }],
      triggerTypes: ['core.t'],
      triggersFile: null,
      config: {},
      mqUrl: 'ws://127.0.0.1:1/ws',
      mqExchange: 'attune.events',
      notifierWsUrl: 'ws://127.0.0.1:1/ws',
      logLevel: 'info',
      tokenStatePath: '/s/token',
      ...standard,
    },
    ...change,
  });

/** The names that the table promises, families and conditions left out. */
const ALWAYS = SENSOR_VARIABLES.filter(({ when }) => when === 'always')
  .map(({ name }) => name)
  .toSorted();

describe('the environment of a sensor', () => {
  test('holds exactly what is promised', () => {
    const names = Object.keys(sensor().variables).toSorted();
    expect(names).toEqual([...ALWAYS, 'ATTUNE_MQ_URL'].toSorted());
    expect(sensor().variables).toMatchObject({
      ATTUNE_SENSOR_ID: '3',
      ATTUNE_SENSOR_TRIGGERS:
        '[{"id":1,"ref":"core.r","trigger_ref":"core.t","config":{"unit":"seconds"}}]',
      ATTUNE_SENSOR_TRIGGER_TYPES: '["core.t"]',
    });
  });

  test('has one variable for each config value', () => {
    const { variables } = sensor({
      config: { 'poll-interval': 5, name: 'a b', list: [1], none: null },
    });
    expect(variables).toMatchObject({
      ATTUNE_SENSOR_CONFIG_POLL_INTERVAL: '5',
      ATTUNE_SENSOR_CONFIG_NAME: 'a b',
      ATTUNE_SENSOR_CONFIG_LIST: '[1]',
    });
    expect(variables).not.toHaveProperty('ATTUNE_SENSOR_CONFIG_NONE');
  });

  test('points at a file when the list of rules is too long for a variable', () => {
    const triggers = Array.from({ length: 2_000 }, (_, id) => ({
      id,
      ref: 'core.r',
      trigger_ref: 'core.t',
      config: { x: 'ö'.repeat(20) },
    }));
    expect(sensor({ triggers, triggersFile: '/s/triggers' }).variables).toMatchObject({
      ATTUNE_SENSOR_TRIGGERS: '[]',
      ATTUNE_SENSOR_TRIGGERS_FILE: '/s/triggers',
    });
    expect(sensor({ triggersFile: '/s/triggers' }).variables).not.toHaveProperty(
      'ATTUNE_SENSOR_TRIGGERS_FILE',
    );
  });

  test('has no queue when the manifest switches it off', () => {
    expect(sensor({ mqUrl: null }).variables).not.toHaveProperty('ATTUNE_MQ_URL');
  });

  test('is recorded without its token and without secrets of its rules', () => {
    const built = sensor(
      { config: { password: 'hunter2!' } },
      { secrets: [{ name: 'pw', value: 'hunter2!' }] },
    );
    expect(JSON.stringify(built.snapshot)).not.toMatch(/hunter2!|token-of-the-sensor/);
  });
});
