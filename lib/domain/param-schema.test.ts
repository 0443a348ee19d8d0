import { describe, expect, test } from 'vitest';
import type { JsonObject } from './json.ts';
import {
  applyParamSchema,
  mergeSecrets,
  parseParamSchema,
  redactSecrets,
  splitSecrets,
} from './param-schema.ts';

function schemaOf(input: unknown) {
  const parsed = parseParamSchema(input);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.schema;
}

const SCHEMA = {
  url: { type: 'string', required: true, format: 'uri' },
  method: { type: 'string', default: 'GET', enum: ['GET', 'POST'] },
  replicas: { type: 'integer', minimum: 1, maximum: 10, default: 1 },
  ratio: { type: 'number', minimum: 0 },
  verbose: { type: 'boolean' },
  tags: { type: 'array', minItems: 1, maxItems: 2, items: { type: 'string' } },
  headers: { type: 'object', default: {} },
  auth: {
    type: 'object',
    properties: {
      user: { type: 'string', required: true },
      password: { type: 'string', secret: true },
    },
  },
  token: { type: 'string', secret: true, minLength: 4 },
  anything: {},
};

const schema = schemaOf(SCHEMA);
const apply = (params: JsonObject) => applyParamSchema(schema, params);

const complaints = (params: JsonObject) => {
  const applied = apply({ url: 'http://x', ...params });
  return applied.ok ? [] : applied.problems;
};

describe('parameters', () => {
  test('get their defaults, each run its own copy', () => {
    const first = apply({ url: 'http://x' });
    expect(first).toEqual({
      ok: true,
      value: { url: 'http://x', method: 'GET', replicas: 1, headers: {} },
    });
    if (first.ok) (first.value['headers'] as JsonObject)['x'] = 1;
    expect(apply({ url: 'http://x' })).toMatchObject({ value: { headers: {} } });
  });

  test('that nobody knows pass', () => {
    expect(apply({ url: 'http://x', extra: [1] })).toMatchObject({
      ok: true,
      value: { extra: [1] },
    });
  });

  test('may be null unless they are required', () => {
    expect(apply({ url: 'http://x', replicas: null })).toMatchObject({
      ok: true,
      value: { replicas: null },
    });
    expect(complaints({ url: null })).toEqual([
      { path: 'url', message: '`url` is null; the action needs text.' },
    ]);
    expect(applyParamSchema(schema, {}, 'the trigger')).toEqual({
      ok: false,
      problems: [{ path: 'url', message: '`url` is missing; the trigger needs text.' }],
    });
  });

  test.each<[JsonObject, string, string]>([
    [{ replicas: 12 }, 'replicas', '`replicas` is 12; the action takes 1 to 10.'],
    [{ replicas: 1.5 }, 'replicas', '`replicas` is 1.5; the action takes a whole number.'],
    [{ replicas: '3' }, 'replicas', '`replicas` is "3"; the action takes a whole number.'],
    [{ ratio: -1 }, 'ratio', '`ratio` is -1; the action takes at least 0.'],
    [{ verbose: 'yes' }, 'verbose', '`verbose` is "yes"; the action takes true or false.'],
    [{ method: 'PUT' }, 'method', '`method` is "PUT"; the action takes GET, POST.'],
    [{ tags: [] }, 'tags', '`tags` is []; the action takes 1 to 2 items.'],
    [{ tags: ['a', 1] }, 'tags[1]', '`tags[1]` is 1; the action takes text.'],
    [{ tags: 'a' }, 'tags', '`tags` is "a"; the action takes a list.'],
    [{ headers: [] }, 'headers', '`headers` is []; the action takes an object, not a list.'],
    [{ auth: {} }, 'auth.user', '`auth.user` is missing; the action needs text.'],
    [
      { url: 'no uri' },
      'url',
      '`url` is "no uri"; the action takes a URI like https://example.com/path.',
    ],
  ])('%j are refused in a sentence', (params, path, message) => {
    expect(complaints(params)).toEqual([{ path, message }]);
  });

  test('that are secret are not quoted in a refusal', () => {
    expect(complaints({ token: 'abc' })[0]?.message).toBe(
      '`token` is not what it should be; the action takes at least 4 characters.',
    );
  });

  test('that wait for a key fit every type', () => {
    expect(
      complaints({
        replicas: '{{ key.pack.a.n }}',
        tags: ['{{ key.pack.a.t }}'],
        url: 'http://{{key.pack.a.host}}',
      }),
    ).toEqual([]);
  });

  test('are all checked before anybody is told', () => {
    expect(complaints({ replicas: 12, method: 'PUT', tags: 1 })).toHaveLength(3);
  });

  test.each<[string, string, string]>([
    ['email', 'ann@example.com', 'ann@'],
    ['date-time', '2026-11-23T14:06:20+00:00', '2026-02-31T00:00:00Z'],
    ['date-time', '2026-11-23T14:06:20.123Z', '2026-11-23 at noon'],
    ['date', '2026-11-23', '2026-13-01'],
    ['uri', 'mailto:ann@example.com', '/path'],
    ['time-zone', 'Europe/Berlin', 'Mars/Olympus'],
  ])('of format %s', (format, good, bad) => {
    const one = schemaOf({ x: { type: 'string', format } });
    expect(applyParamSchema(one, { x: good }).ok).toBe(true);
    expect(applyParamSchema(one, { x: bad }).ok).toBe(false);
  });
});

test('a format that only the caller knows sees the parameters beside it, defaults filled in', () => {
  const trip = schemaOf({
    from: { type: 'string', format: 'place', required: true },
    country: { type: 'string', default: 'no' },
    list: { type: 'array', items: { type: 'string', format: 'place' } },
  });
  const place = (text: string, beside: JsonObject) =>
    text === 'Oslo' && beside['country'] === 'no'
      ? null
      : `a place in ${JSON.stringify(beside['country'])}`;
  const problemsOf = (params: JsonObject) => {
    const applied = applyParamSchema(trip, params, 'the trip', { place });
    return applied.ok ? [] : applied.problems;
  };

  expect(problemsOf({ from: 'Oslo', list: ['Oslo'] })).toEqual([]);
  expect(problemsOf({ from: 'Oslo', country: 'se' })).toEqual([
    { path: 'from', message: '`from` is "Oslo"; the trip takes a place in "se".' },
  ]);
  expect(problemsOf({ from: 'Oslo', list: ['Rome'] }).map(({ path }) => path)).toEqual(['list[0]']);
});

test('a format that nobody knows binds nothing', () => {
  expect(applyParamSchema(schemaOf({ x: { format: 'unheard-of' } }), { x: 'y' }).ok).toBe(true);
});

describe('secrets', () => {
  const deep = schemaOf({
    auth: {
      type: 'object',
      properties: { user: {}, 'pass.word': { type: 'string', secret: true } },
    },
    hosts: {
      type: 'array',
      items: { type: 'object', properties: { name: {}, token: { secret: true } } },
    },
    pins: { type: 'array', items: { type: 'integer', secret: true } },
    all: { type: 'object', secret: true, properties: { port: { type: 'integer' } } },
  });

  test('are taken out wherever they stand, and put back where they were', () => {
    const params = {
      auth: { user: 'ann', 'pass.word': 'hunter2' },
      hosts: [
        { name: 'a', token: '{{ key.pack.a.t }}' },
        { name: 'b', token: 'tok' },
      ],
      pins: [1234, null],
      all: { port: 1, deeper: ['x'] },
      free: [{ token: 'not declared' }],
    };
    const { visible, secrets } = splitSecrets(deep, params);

    expect(visible).toEqual({
      auth: { user: 'ann', 'pass.word': '[masked: auth.pass.word]' },
      hosts: [params.hosts[0], { name: 'b', token: '[masked: hosts.1.token]' }],
      pins: ['[masked: pins.0]', null],
      all: '[masked: all]',
      free: params.free,
    });
    expect(secrets.map(({ path }) => path)).toEqual([
      'auth["pass.word"]',
      'hosts[1].token',
      'pins[0]',
      'all',
    ]);
    expect(mergeSecrets(visible, secrets)).toEqual(params);
  });

  test.each([
    '{{ key.a }}{"pass.word":"hunter2"}',
    '{"pass.word":"{{ key.a }}hunter2"}',
    ['hunter2', '{{ key.a }}'],
  ])('%j in the place of an object that holds some is one', (auth) => {
    expect(JSON.stringify(redactSecrets(deep, { auth }))).not.toContain('hunter2');
    expect(redactSecrets(deep, { auth: '{{ key.a }}' })).toEqual({ auth: '{{ key.a }}' });
  });

  test('do not stand in what is said of a value that does not fit', () => {
    const applied = applyParamSchema(deep, {
      pins: ['hunter2'],
      all: { port: 'hunter2' },
    });
    expect(applied.ok).toBe(false);
    expect(JSON.stringify(applied)).not.toContain('hunter2');
  });

  test('are put back around what has changed since, and nowhere else', () => {
    const secrets = [
      { steps: ['auth', 'password'], value: 'x' },
      { steps: ['hosts', 0, 'token'], value: 'y' },
    ];
    const changed = { auth: 'gone', hosts: {} };
    expect(mergeSecrets(changed, secrets)).toEqual(changed);
    expect(mergeSecrets({}, [{ steps: ['__proto__'], value: { a: 1 } }])).not.toHaveProperty('a');
  });

  test('are shown as a mask, references as they are', () => {
    const params = {
      url: 'http://x',
      token: 'hunter2',
      auth: { user: 'ann', password: '{{ key.pack.a.pw }}' },
      extra: 1,
    };
    expect(redactSecrets(schema, params)).toEqual({ ...params, token: '[masked: token]' });
    expect(redactSecrets(schema, { token: 'pre-{{ key.a }}-rest' })).toEqual({
      token: '[masked: token]',
    });
    expect(redactSecrets(schema, { token: null })).toEqual({ token: null });
  });
});

describe('a schema', () => {
  test('of nothing has no parameters', () => {
    expect([null, undefined, {}].map((input) => parseParamSchema(input))).toEqual(
      Array.from({ length: 3 }, () => ({ ok: true, schema: {} })),
    );
  });

  test('takes parameters with the names of its own words', () => {
    expect(
      schemaOf({ type: { type: 'string' }, properties: { type: 'object' }, constructor: {} }),
    ).toHaveProperty('type');
  });

  test.each<[unknown, string, string]>([
    [[], '', 'maps names to parameters'],
    [{ type: 'object', properties: { a: {} } }, '', 'JSON Schema'],
    [{ a: 'string' }, 'a', 'is an object like'],
    [{ a: { type: 'text' } }, 'a.type', '"text" is no type'],
    [{ a: { required: 'yes' } }, 'a.required', 'true or false'],
    [{ a: { minimum: '1' } }, 'a.minimum', 'is a number'],
    [{ a: { minItems: -1 } }, 'a.minItems', 'not below 0'],
    [{ a: { enum: [] } }, 'a.enum', 'at least one value'],
    [{ a: { items: 1 } }, 'a.items', 'is an object like'],
    [JSON.parse('{"__proto__":{}}'), '__proto__', 'cannot have this name'],
  ])('%j is refused', (input, path, message) => {
    const parsed = parseParamSchema(input);
    expect(parsed.ok ? [] : parsed.problems).toEqual([
      { path, message: expect.stringContaining(message) as string },
    ]);
  });
});
