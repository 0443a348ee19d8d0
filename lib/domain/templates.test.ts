import { describe, expect, test } from 'vitest';
import type { JsonValue } from './json.ts';
import {
  isKeyTemplate,
  listKeyRefs,
  listTemplatePaths,
  renderTemplates,
  resolveKeys,
} from './templates.ts';

const context = (payload: unknown = {}) => ({
  event: {
    id: 7,
    trigger: 'core.alert',
    trigger_ref: 'core.alert',
    payload,
    created: '2026-11-23T14:06:20+00:00',
  },
  pack: { config: { region: 'eu', ports: [80, 443] } },
  system: { timestamp: 't', rule: { id: 3, ref: 'a.b' } },
});

const PAYLOAD = {
  host: 'web-1',
  n: 5,
  on: true,
  obj: { a: [1] },
  none: null,
  'a b': 1,
  list: [{ id: 'x' }],
};

const render = (value: JsonValue, payload: unknown = PAYLOAD) =>
  renderTemplates(value, context(payload));

describe('a value that is one template', () => {
  test.each<[string, JsonValue]>([
    ['{{ event.payload.n }}', 5],
    ['{{event.payload.on}}', true],
    ['  {{ event.payload.obj }} ', { a: [1] }],
    ['{{ event.payload.none }}', null],
    ['{{ event.payload.missing.deeper }}', null],
    ['{{ event.payload.list[0].id }}', 'x'],
    ['{{ event.payload.list.0.id }}', 'x'],
    ['{{ event.payload["a b"] }}', 1],
    ['{{ event.id }}', 7],
    ['{{ pack.config.ports[1] }}', 443],
    ['{{ system.rule.ref }}', 'a.b'],
    ['{{ event.payload.__proto__ }}', null],
    ['{{ event.payload.constructor.name }}', null],
  ])('keeps its type: %s', (text, expected) => {
    expect(render(text)).toEqual({ value: expected, keys: [], problems: [] });
  });
});

test.each([
  ['{{ event.payload.host }}:{{ event.payload.n }}', 'web-1:5'],
  ['is {{ event.payload.on }}', 'is true'],
  ['got {{ event.payload.obj }}', 'got {"a":[1]}'],
  ['[{{ event.payload.missing }}{{ event.payload.none }}]', '[]'],
  ['plain', 'plain'],
  ['} }}', '} }}'],
])('templates inside text are written out: %s', (text, expected) =>
  expect(render(text).value).toBe(expected),
);

test('objects and lists are rendered all the way down, keys stay', () => {
  const value = { '{{ event.id }}': [{ a: '{{ event.payload.n }}' }, 1, null], b: true };
  expect(render(value).value).toEqual({ '{{ event.id }}': [{ a: 5 }, 1, null], b: true });
});

test('without an event its paths are missing', () => {
  expect(renderTemplates('{{ event.payload.x }}', { ...context(), event: null }).value).toBeNull();
});

describe('a problem is told with the path of its parameter', () => {
  test.each([
    ['{{ event.payload.x', 'never closed'],
    ['{{ }}', 'is empty'],
    ['{{ event.payload.x | upper }}', 'is no path'],
    ['{{ trigger.payload.x }}', 'no known namespace'],
    ['{{ pack.ref }}', 'no known namespace'],
    ['{{ key. }}', 'names no key'],
    ['{{ key.a b }}', 'names no key'],
  ])('%s', (text, message) => {
    expect(render({ a: [text] }).problems).toEqual([
      { path: 'a[0]', message: expect.stringContaining(message) as string },
    ]);
  });
});

describe('keys', () => {
  const lookup = (ref: string): JsonValue | undefined =>
    ({ 'pack.ops.db': 's3cret', 'pack.ops.conf': { port: 1 } })[ref];

  test('stay in the value as written, and are listed', () => {
    const value = {
      a: '{{ key.pack.ops.db }}',
      b: 'u:{{key.pack.ops.db}}@{{ event.payload.host }}',
    };
    expect(render(value)).toEqual({
      value: { a: '{{ key.pack.ops.db }}', b: 'u:{{key.pack.ops.db}}@web-1' },
      keys: ['pack.ops.db'],
      problems: [],
    });
    expect(listKeyRefs(value)).toEqual(['pack.ops.db']);
  });

  test('are put in by the worker with their type, or written out', () => {
    const value = {
      a: '{{ key.pack.ops.conf }}',
      b: 'p={{ key.pack.ops.db }};{{ key.pack.ops.conf }}',
      c: 1,
    };
    expect(resolveKeys(value, lookup)).toEqual({
      value: { a: { port: 1 }, b: 'p=s3cret;{"port":1}', c: 1 },
      missing: [],
    });
  });

  test('that are missing are named, and become null or nothing', () => {
    expect(resolveKeys(['{{ key.x }}', '<{{ key.y }}>'], lookup)).toEqual({
      value: [null, '<>'],
      missing: ['x', 'y'],
    });
  });

  test('whose value looks like a template are not resolved twice', () => {
    expect(resolveKeys('{{ key.a }}', () => '{{ key.pack.ops.db }}').value).toBe(
      '{{ key.pack.ops.db }}',
    );
  });

  test.each<[string, JsonValue]>([
    ['{{ event.payload.x }}', '{{ key.pack.ops.db }}'],
    ['{{ event.payload.x }}', { deep: ['a {{key.pack.ops.db}} b'] }],
    ['<{{ event.payload.x }}>', '{{ key.pack.ops.db }}'],
    ['{{ event.payload.x }}', "{{ '{{' }} key.pack.ops.db }}"],
    ['{{ event.payload.x }}', '{{{{ key.pack.ops.db }}'],
    ['{{ event.payload.x }}', '{{{ key.pack.ops.db }}'],
    ['{{{ event.payload.x }}', 'unused'],
    ['{{ pack.config.region }}{{ event.payload.x }}', "{{ '{{' }}{{ key.pack.ops.db }}"],
  ])('cannot be asked for by an event: %s with %j', (template, x) => {
    const { value, keys } = render({ p: template }, { x });
    expect(keys).toEqual([]);
    expect(listKeyRefs(value)).toEqual([]);
    const resolved = resolveKeys(value, lookup);
    expect(JSON.stringify(resolved)).not.toContain('s3cret');
    expect(resolved.missing).toEqual([]);
  });

  test('braces of an event arrive as they were, also when two pieces make them', () => {
    const x = "a {{ key.pack.ops.db }} {{ '{{' }} {{ b }} {{{ key.z }}";
    const once = (template: string, payload: unknown) =>
      resolveKeys(render(template, payload).value, lookup).value;
    expect(once('{{ event.payload.x }}', { x })).toBe(x);
    expect(once('>{{ event.payload.x }}', { x })).toBe(`>${x}`);
    expect(
      once('{{ event.payload.a }}{{ event.payload.b }}', { a: '{', b: '{ key.pack.ops.db }}' }),
    ).toBe('{{ key.pack.ops.db }}');
    expect(once('{{ event.payload.x }}{{ key.pack.ops.db }}', { x: '{' })).toBe('{s3cret');
  });

  test('are recognised in text of any kind', () => {
    expect(['{{ key.a.b }}', 'x{{key.a}}'].every(isKeyTemplate)).toBe(true);
    expect(['{{ event.x }}', 'key.a', 5, null].some(isKeyTemplate)).toBe(false);
  });
});

test('an editor learns every template and where it stands', () => {
  expect(
    listTemplatePaths({ a: ['x {{ event.id }} {{ key.k }}'], b: { c: '{{ system.timestamp }}' } }),
  ).toEqual([
    { parameter: 'a[0]', template: 'event.id' },
    { parameter: 'a[0]', template: 'key.k' },
    { parameter: 'b.c', template: 'system.timestamp' },
  ]);
});
