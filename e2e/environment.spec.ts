import { ACTION_VARIABLES, SENSOR_VARIABLES } from '#lib/domain/environment.ts';
import type { EnvironmentVariable } from '#lib/contracts/executions.ts';
import { expect, test, unique } from './fixtures.ts';

/** What an interpreter adds by itself (contract §1). */
const BY_INTERPRETER = new Set(['SHLVL', '_', 'OLDPWD', 'LC_CTYPE']);

const toRecord = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

const standardNames = new Set(
  ACTION_VARIABLES.map(({ name }) => name).flatMap((name) => name.split(/[\s,]+/)),
);

test('an action run by hand sees exactly the standard environment, and no rule or trigger', async ({
  api,
}) => {
  const run = await api.runToEnd('probe.environment', {}, { env_vars: { ASKED_FOR: 'asked' } });
  const seen = toRecord(await api.logs(run.id));

  expect(run.status).toBe('completed');
  expect(seen).toMatchObject({
    ATTUNE_ACTION: 'probe.environment',
    ATTUNE_EXEC_ID: String(run.id),
    ATTUNE_API_URL: api.url,
    ATTUNE_API_TOKEN: '[masked: execution token]',
    ATTUNE_PACK_REF: 'probe',
    ATTUNE_ATTEMPT: '1',
    ATTUNE_PARAMETER_DELIVERY: 'stdin',
    ATTUNE_PARAMETER_FORMAT: 'json',
    DECLARED_BY_ACTION: 'declared',
    ASKED_FOR: 'asked',
  });
  for (const name of ['ATTUNE_RULE', 'ATTUNE_TRIGGER', 'ATTUNE_TRACE_TAG', 'ATTUNE_PARAMETER_FILE'])
    expect(seen).not.toHaveProperty(name);
  for (const name of ['ATTUNE_EXECUTION_ID', 'ATTUNE_ACTION_REF', 'ATTUNE_ACTION_ID'])
    expect(seen).not.toHaveProperty(name);
  const others = Object.keys(seen).filter(
    (name) => !standardNames.has(name) && !name.startsWith('LC_') && !BY_INTERPRETER.has(name),
  );
  expect(others.toSorted()).toEqual(['ASKED_FOR', 'DECLARED_BY_ACTION']);
});

test('the snapshot that is kept is what the process saw, with the origin of each variable', async ({
  api,
}) => {
  const run = await api.runToEnd(
    'probe.environment',
    {},
    { env_vars: { DECLARED_BY_ACTION: 'asked wins' } },
  );
  const seen = toRecord(await api.logs(run.id));
  const { data } = await api.get(`/api/v1/executions/${run.id}/environment`);
  const kept = Object.fromEntries(
    (data.variables as EnvironmentVariable[]).map((variable) => [variable.name, variable]),
  );

  const names = Object.keys(seen).filter((name) => !BY_INTERPRETER.has(name));
  expect(Object.keys(kept).toSorted()).toEqual(names.toSorted());
  for (const name of names) expect(kept[name]?.value, name).toBe(seen[name]);
  expect(kept['ATTUNE_API_TOKEN']).toMatchObject({ origin: 'standard', state: 'masked' });
  expect(kept['PATH']).toMatchObject({ origin: 'baseline' });
  expect(kept['DECLARED_BY_ACTION']).toMatchObject({
    value: 'asked wins',
    origin: 'request',
    overrides: [{ value: 'declared', origin: 'action' }],
  });
});

test('an action run by a rule sees the rule, the trigger and the trace tag, and its children inherit them', async ({
  api,
}) => {
  const ref = `probe.${unique('env')}`;
  await api.post('/api/v1/rules', {
    ref,
    pack_ref: 'probe',
    label: ref,
    trigger_ref: 'probe.thing_happened',
    action_ref: 'probe.environment',
    conditions: { all: [{ field: 'name', operator: 'equals', value: ref }] },
  });
  const event = (
    await api.post('/api/v1/events', {
      trigger_ref: 'probe.thing_happened',
      payload: { name: ref },
      trace_tag: 'trace-7',
    })
  ).data;
  const [{ id }] = (await api.get(`/api/v1/executions?rule_ref=${ref}`)).items;
  await api.untilEnded(id);

  expect(toRecord(await api.logs(id))).toMatchObject({
    ATTUNE_RULE: ref,
    ATTUNE_TRIGGER: 'probe.thing_happened',
    ATTUNE_TRACE_TAG: 'trace-7',
  });
  const child = await api.runToEnd('probe.environment', {}, { parent: id });
  expect(toRecord(await api.logs(child.id))).toMatchObject({
    ATTUNE_RULE: ref,
    ATTUNE_TRIGGER: 'probe.thing_happened',
    ATTUNE_TRACE_TAG: 'trace-7',
  });
  expect(child.parent).toBe(id);
  expect(event.trigger_ref).toBe('probe.thing_happened');
  await api.delete(`/api/v1/rules/${ref}`);
});

test('names that make a loader, shell or tool do something else are refused, and nothing is created', async ({
  api,
}) => {
  for (const name of [
    'LD_PRELOAD',
    'ATTUNE_RULE',
    'path',
    'Bash_Env',
    'NODE_OPTIONS',
    'HTTPS_PROXY',
    'A=B',
  ]) {
    const answer = await api.ask('POST', '/api/v1/executions', {
      action_ref: 'core.noop',
      env_vars: { [name]: 'x' },
    });
    expect(answer.status, name).toBe(422);
    expect(JSON.stringify(answer.body), name).toContain(name);
  }
});

test("the timer sensor's environment is exactly that of a sensor", async ({ api }) => {
  const ref = `probe.${unique('tick')}`;
  await api.post('/api/v1/rules', {
    ref,
    pack_ref: 'probe',
    label: ref,
    trigger_ref: 'core.intervaltimer',
    trigger_params: { unit: 'hours', interval: 5 },
    action_ref: 'core.noop',
  });
  const environment = async () =>
    ((await api.get('/api/v1/sensors/core.timer_sensor/environment')).data?.variables ??
      []) as EnvironmentVariable[];
  await expect.poll(async () => (await environment()).length).toBeGreaterThan(0);

  const variables = Object.fromEntries(
    (await environment()).map((variable) => [variable.name, variable.value]),
  );
  const allowed = new Set(
    SENSOR_VARIABLES.map(({ name }) => name).flatMap((name) => name.split(/[\s,]+/)),
  );
  const others = Object.keys(variables).filter(
    (name) =>
      !allowed.has(name) && !name.startsWith('ATTUNE_SENSOR_CONFIG_') && !name.startsWith('LC_'),
  );
  expect(others).toEqual([]);
  expect(variables).toMatchObject({
    ATTUNE_SENSOR_REF: 'core.timer_sensor',
    ATTUNE_PACK_REF: 'core',
    ATTUNE_API_URL: api.url,
    ATTUNE_API_TOKEN: '[masked: sensor token]',
    ATTUNE_MQ_EXCHANGE: 'attune.events',
  });
  expect(variables['ATTUNE_MQ_URL']).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/ws$/);
  expect(variables['ATTUNE_NOTIFIER_WS_URL']).toBe(variables['ATTUNE_MQ_URL']);
  expect(JSON.parse(variables['ATTUNE_SENSOR_TRIGGER_TYPES'] ?? '')).toContain(
    'core.intervaltimer',
  );
  await api.delete(`/api/v1/rules/${ref}`);
});
