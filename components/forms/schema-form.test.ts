import { describe, expect, test } from 'vitest';
import { describeField, schemaFields } from './schema-fields.ts';
import { draftOf, valuesOf } from './schema-values.ts';

const fields = schemaFields({
  headers: { type: 'object', default: {} },
  url: { type: 'string', required: true, position: 0, description: 'Address.' },
  replicas: { type: 'integer', minimum: 1, maximum: 10 },
  ratio: { type: 'number' },
  verify: { type: 'boolean', default: true },
  mode: { type: 'string', enum: ['rolling', 'all'], required: true, default: 'rolling' },
  password: { type: 'string', secret: true },
  hosts: { type: 'array' },
});
const draft = (texts: Record<string, string>) => ({ texts, others: {} });

describe('schemaFields', () => {
  test('puts positional fields first and keeps the order of the rest', () => {
    expect(fields.map(({ name }) => name)).toEqual([
      'url',
      'headers',
      'replicas',
      'ratio',
      'verify',
      'mode',
      'password',
      'hosts',
    ]);
  });

  test('says type, bounds and need in one line; a default makes a field optional', () => {
    const said = Object.fromEntries(fields.map((field) => [field.name, describeField(field)]));
    expect(said).toMatchObject({
      url: 'string, required',
      replicas: 'integer, 1 to 10',
      mode: 'string',
      password: 'secret string',
    });
  });

  test('reads no schema as no fields', () => {
    expect(schemaFields(null)).toEqual([]);
  });
});

describe('valuesOf', () => {
  test('gives back what a draft was made from, unknown values included', () => {
    const values = {
      url: 'http://a',
      headers: { a: '1' },
      replicas: 3,
      ratio: 0.5,
      verify: false,
      mode: 'all',
      password: '{{ key.pack.a.b }}',
      hosts: ['{{ event.payload.host }}'],
      legacy: [1],
    };
    expect(valuesOf(fields, draftOf(fields, values))).toEqual({ values, problems: {} });
  });

  test('keeps the empty text apart from a field that was not given', () => {
    expect(valuesOf(fields, draftOf(fields, { url: '' })).values).toEqual({ url: '' });
  });

  test('leaves out what was not given, and asks only for what has no default', () => {
    expect(valuesOf(fields, draft({}))).toEqual({
      values: {},
      problems: { url: '`url` is required.' },
    });
  });

  test('says which bound a number breaks', () => {
    const said = (replicas: string) =>
      valuesOf(fields, draft({ url: 'u', replicas })).problems['replicas'];
    expect(said('12')).toBe('`replicas` is 12; it takes at most 10.');
    expect(said('0')).toBe('`replicas` is 0; it takes 1 or more.');
    expect(said('1.5')).toBe('`replicas` is 1.5; it takes a whole number.');
    expect(said('many')).toBe('`replicas` is “many”; it takes a number.');
    expect(said('10')).toBeUndefined();
  });

  test('lets a template stand in any field, whatever its type', () => {
    const template = '{{ event.payload.x }}';
    const { values, problems } = valuesOf(
      fields,
      draft({
        url: template,
        headers: template,
        replicas: template,
        verify: template,
        mode: template,
        hosts: template,
      }),
    );
    expect(problems).toEqual({});
    expect(values['headers']).toBe(template);
  });

  test('refuses JSON of the wrong kind, and a choice that is none', () => {
    const { problems } = valuesOf(
      fields,
      draft({ url: 'u', headers: '[1]', hosts: '{', mode: 'slow' }),
    );
    expect(problems).toEqual({
      headers: '`headers` takes a JSON object, { … }.',
      hosts: '`hosts` is no JSON; it takes a JSON list, [ … ].',
      mode: '`mode` is slow; it takes rolling, all.',
    });
  });
});
