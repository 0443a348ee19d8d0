import { describe, expect, test } from 'vitest';
import { type ActionEnvironmentInput, buildActionEnvironment } from './action.ts';
import { ACTION_VARIABLES } from './action-variables.ts';

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

const action = (
  change: Partial<ActionEnvironmentInput> = {},
  standard: Partial<ActionEnvironmentInput['standard']> = {},
) =>
  buildActionEnvironment({
    ...surroundings,
    declared: {},
    requested: {},
    standard: {
      actionRef: 'core.echo',
      executionId: 42,
      apiUrl: 'http://127.0.0.1:3000',
      token: 'token-of-the-run',
      ruleRef: null,
      triggerRef: null,
      packRef: 'core',
      attempt: 1,
      traceTag: null,
      artifactsDir: '/a',
      runtimeEnvsDir: '/r',
      parameterDelivery: 'stdin',
      parameterFormat: 'json',
      parameterFile: null,
      ...standard,
    },
    ...change,
  });

const variable = (built: ReturnType<typeof action>, name: string) =>
  built.snapshot.find((each) => each.name === name);

/** The names that the table promises, families and conditions left out. */
const ALWAYS = ACTION_VARIABLES.filter(({ when }) => when === 'always')
  .map(({ name }) => name)
  .toSorted();

describe('the environment of an action', () => {
  test('holds exactly what is promised when it is run by hand', () => {
    expect(Object.keys(action().variables).toSorted()).toEqual(ALWAYS);
    expect(action().variables).toEqual({
      ATTUNE_ACTION: 'core.echo',
      ATTUNE_API_TOKEN: 'token-of-the-run',
      ATTUNE_API_URL: 'http://127.0.0.1:3000',
      ATTUNE_ARTIFACTS_DIR: '/a',
      ATTUNE_ATTEMPT: '1',
      ATTUNE_EXEC_ID: '42',
      ATTUNE_PACK_REF: 'core',
      ATTUNE_PARAMETER_DELIVERY: 'stdin',
      ATTUNE_PARAMETER_FORMAT: 'json',
      ATTUNE_RUNTIME_ENVS_DIR: '/r',
      HOME: '/tmp/home',
      LANG: 'C.UTF-8',
      PATH: '/usr/bin:/bin',
      PWD: '/packs/core',
      TMPDIR: '/tmp/t',
      USER: 'attune',
    });
  });

  test('has rule, trigger, trace tag and parameter file where they apply, and only there', () => {
    const { variables } = action(
      {},
      { ruleRef: 'a.r', triggerRef: 'a.t', traceTag: 'x', parameterFile: '/p' },
    );
    expect(variables).toMatchObject({
      ATTUNE_RULE: 'a.r',
      ATTUNE_TRIGGER: 'a.t',
      ATTUNE_TRACE_TAG: 'x',
      ATTUNE_PARAMETER_FILE: '/p',
    });
    const empty = action({}, { ruleRef: '', triggerRef: '', traceTag: '' }).variables;
    expect(Object.keys(empty).filter((name) => /RULE|TRIGGER|TRACE/.test(name))).toEqual([]);
  });

  test('lets later layers win, remembers what they replaced, and the standard ones last', () => {
    const built = action({
      baseline: { PATH: '/bin', LANG: 'C', TZ: '', LC_ALL: 'C' },
      operator: { LANG: 'de', MODE: 'o', ATTUNE_EXECUTION_ID: '1', HOME: '/root' },
      runtime: [
        { name: 'MODE', value: 'r', operation: 'set' },
        { name: 'PATH', value: '/env/bin', operation: 'prepend' },
        { name: 'PYTHONPATH', value: '/lib', operation: 'append' },
        { name: 'LC_ALL', value: 'X', operation: 'append' },
      ],
      declared: { MODE: 'a', ATTUNE_ACTION: 'fake', LD_PRELOAD: 'x' },
      requested: { MODE: 'q', PATH: '/evil' },
    });
    expect(built.variables).toMatchObject({
      MODE: 'q',
      PATH: '/env/bin:/bin',
      PYTHONPATH: '/lib',
      LC_ALL: 'C:X',
      HOME: '/tmp/home',
      ATTUNE_ACTION: 'core.echo',
    });
    for (const name of ['TZ', 'ATTUNE_EXECUTION_ID', 'LD_PRELOAD'])
      expect(built.variables).not.toHaveProperty(name);
    expect(built.refused).toEqual([
      {
        name: 'ATTUNE_EXECUTION_ID',
        origin: 'operator',
        reason: '`ATTUNE_EXECUTION_ID` cannot be set: names like `ATTUNE_*` are refused.',
      },
      {
        name: 'ATTUNE_ACTION',
        origin: 'action',
        reason: '`ATTUNE_ACTION` cannot be set: names like `ATTUNE_*` are refused.',
      },
      {
        name: 'LD_PRELOAD',
        origin: 'action',
        reason: '`LD_PRELOAD` cannot be set: names like `LD_*` are refused.',
      },
      { name: 'PATH', origin: 'request', reason: '`PATH` cannot be set: the name is refused.' },
    ]);
    expect(variable(built, 'MODE')).toEqual({
      name: 'MODE',
      value: 'q',
      origin: 'request',
      state: 'plain',
      masked_by: null,
      overrides: [
        { value: 'o', origin: 'operator' },
        { value: 'r', origin: 'runtime' },
        { value: 'a', origin: 'action' },
      ],
    });
    expect(variable(built, 'HOME')).toMatchObject({
      origin: 'standard',
      overrides: [{ value: '/root', origin: 'operator' }],
    });
  });

  test('is recorded without its secrets', () => {
    const built = action({
      declared: { URL: 'http://u:hunter2!@x', COPY: 'token-of-the-run' },
      requested: { URL: 'http://none', KEY: 'hunter2!' },
      secrets: [{ name: 'db', value: 'hunter2!' }],
    });
    expect(JSON.stringify(built.snapshot)).not.toMatch(/hunter2!|token-of-the-run/);
    expect(built.variables).toMatchObject({
      KEY: 'hunter2!',
      ATTUNE_API_TOKEN: 'token-of-the-run',
    });
    expect(variable(built, 'KEY')).toMatchObject({
      value: '[masked: db]',
      state: 'masked',
      masked_by: 'db',
    });
    expect(variable(built, 'URL')?.overrides).toEqual([
      { value: 'http://u:[masked: db]@x', origin: 'action' },
    ]);
    expect(variable(built, 'ATTUNE_API_TOKEN')).toMatchObject({
      value: '[masked: execution token]',
      state: 'masked',
    });
    expect(variable(built, 'COPY')?.masked_by).toBe('execution token');
  });

  test('is recorded in full, in order', () => {
    const built = action({ requested: { Z: '1', A: '2' } });
    expect(built.snapshot.map(({ name }) => name)).toEqual(Object.keys(built.variables).toSorted());
  });
});
