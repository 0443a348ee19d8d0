import { describe, expect, test } from 'vitest';
import { parsePack } from './index.ts';

const PACK = { path: 'pack.yaml', text: 'ref: demo\nversion: 1.0\n' };

/** A pack of these files; a path that is no YAML is a script. */
const parse = (files: Record<string, string>) =>
  parsePack([PACK, ...Object.entries(files).map(([path, text]) => ({ path, text }))]);

/** One action with a script that is there. */
const parseAction = (yaml: string) => parse({ 'actions/a.yaml': yaml, 'actions/a.sh': '' });

describe('pack.yaml', () => {
  test('is read with defaults, and a version stays as it was written', () => {
    expect(parsePack([PACK])).toMatchObject({
      pack: {
        ref: 'demo',
        label: 'Demo',
        version: '1.0',
        system: false,
        enabled: null,
        tags: [],
        confSchema: {},
        config: {},
      },
      problems: [],
    });
  });

  test('may use the older words', () => {
    const text =
      'name: demo\nkeywords: [a]\nmetadata: {x: 1}\nconfig_schema: {n: {type: integer}}\ndependencies: [core, {ref: other, version: ">=1"}]';
    expect(parsePack([{ path: 'pack.yml', text }]).pack).toMatchObject({
      ref: 'demo',
      tags: ['a'],
      meta: { x: 1 },
      confSchema: { n: { type: 'integer' } },
      dependencies: ['core', 'other@>=1'],
    });
  });

  test.each([
    ['', 1, 'holds null'],
    ['label: x', 1, '`ref` is missing'],
    ['label: x\nref: Demo', 2, '`Demo` is no pack ref'],
    ['ref: demo\nlabel: [1', 2, 'not YAML'],
    ['ref: demo\nref: again', 2, 'not YAML'],
    ['ref: demo\n\ntags: 5', 3, '`tags` is 5; it takes a list of texts.'],
    ['ref: demo\nconf_schema:\n  n:\n    type: int', 4, '"int" is no type'],
  ])('%j is refused with its line', (text, line, reason) => {
    const parsed = parsePack([{ path: 'pack.yaml', text }]);
    expect(parsed.pack).toBeNull();
    expect(parsed.problems[0]).toMatchObject({
      file: 'pack.yaml',
      line: text === '' ? null : line,
      reason: expect.stringContaining(reason) as string,
    });
  });

  test('that is missing is the only problem', () => {
    expect(parsePack([{ path: 'actions/a.yaml', text: 'x' }]).problems).toEqual([
      { file: 'pack.yaml', line: null, reason: 'The pack has no `pack.yaml`.' },
    ]);
  });
});

describe('other components', () => {
  test('are read', () => {
    const parsed = parse({
      'triggers/t.yaml':
        'ref: t\ntype: system\nparameters: {n: {type: integer}}\noutput: {}\npoll_interval: 5',
      'sensors/s.yml':
        'ref: s\nentry_point: s.mjs\nrunner_type: node\ntrigger_types: [t, core.other]\nmq: false\ndefault_config: {x: 1}',
      'sensors/s.mjs': '',
      'rules/r.yaml':
        'ref: r\ntrigger_ref: t\naction_ref: core.echo\nconditions:\n  - {field: a, operator: equals, value: 1}\naction_params: {m: "{{ event.id }}"}',
      'permission_sets/p.yaml':
        'ref: p\ngrants: [{resource: keys, actions: [read], constraints: {refs: [a.b]}}]',
      'README.md': '',
    });
    expect(parsed).toMatchObject({
      triggers: [{ ref: 'demo.t', parameters: { n: { type: 'integer' } }, output: {} }],
      sensors: [
        {
          ref: 'demo.s',
          runnerType: 'nodejs',
          triggerRefs: ['demo.t', 'core.other'],
          mq: false,
          config: { x: 1 },
        },
      ],
      rules: [
        {
          ref: 'demo.r',
          triggerRef: 'demo.t',
          actionRef: 'core.echo',
          permissionSetRefs: null,
          triggerParams: {},
        },
      ],
      permissionSets: [
        {
          ref: 'demo.p',
          grants: [{ resource: 'keys', actions: ['read'], constraints: { refs: ['a.b'] } }],
        },
      ],
      problems: [],
    });
  });

  test.each([
    ['sensors/s.yaml', 'ref: s\nentry_point: s.mjs', 1, '`trigger_types` is missing'],
    ['rules/r.yaml', 'ref: r\naction_ref: a', 1, '`trigger_ref` is missing'],
    [
      'rules/r.yaml',
      'ref: r\ntrigger_ref: t\naction_ref: a\nconditions:\n  - field: a\n    operator: like\n    value: 1',
      6,
      '"like" is no operator',
    ],
    [
      'permission_sets/p.yaml',
      'ref: p\ngrants:\n  - {resource: a, actions: [read]}\n  - {resource: a}',
      4,
      'A grant is',
    ],
  ])('%s %j is refused with its line', (path, yaml, line, reason) => {
    const { problems } = parse({ [path]: yaml, 'sensors/s.mjs': '' });
    expect(problems).toEqual([
      { file: path, line, reason: expect.stringContaining(reason) as string },
    ]);
  });
});

test('a broken file leaves the others untouched, and every problem is told', () => {
  const parsed = parse({
    'actions/a.yaml': 'ref: a\nentry_point: a.sh',
    'actions/b.yaml': 'ref: [',
    'actions/c.yaml': 'ref: a\nentry_point: a.sh',
    'actions/d.yaml': 'entry_point: no.sh\ntimeout_seconds: x',
    'actions/a.sh': '',
  });
  expect(parsed.actions.map(({ ref }) => ref)).toEqual(['demo.a']);
  expect(parsed.problems.map(({ file }) => file)).toEqual([
    'actions/b.yaml',
    'actions/c.yaml',
    ...Array(3).fill('actions/d.yaml'),
  ]);
  expect(parsed.problems.find(({ file }) => file === 'actions/c.yaml')?.reason).toBe(
    '`demo.a` stands in `actions/a.yaml` already; refs are unique.',
  );
});

test('aliases cannot fill the memory', () => {
  const bomb = ['ref: a', 'x0: &x0 [1,1,1,1,1,1,1,1,1,1]'];
  for (let i = 1; i < 12; i++)
    bomb.push(
      `x${i}: &x${i} [${Array(10)
        .fill(`*x${i - 1}`)
        .join(',')}]`,
    );
  expect(parseAction(bomb.join('\n')).problems[0]?.reason).toContain('cannot be read');
});
