import { describe, expect, test } from 'vitest';
import { isJsonObject, jsonEquals, setOwn, showJson } from './json.ts';
import { childPath, parsePath, readPath } from './json-path.ts';
import { findUnstorable, JSON_DEPTH_MAX, sanitizeJson, sanitizeText } from './json-safety.ts';

test('an object is neither null nor a list', () => {
  expect([{}, null, [], 'x'].map(isJsonObject)).toEqual([true, false, false, false]);
});

test('equality is deep, blind to the order of keys and strict about types', () => {
  expect(jsonEquals({ a: [1, { b: null }], c: 2 }, { c: 2, a: [1, { b: null }] })).toBe(true);
  expect(jsonEquals([1, 2], [2, 1])).toBe(false);
  expect(jsonEquals(1, '1')).toBe(false);
  expect(jsonEquals({ a: undefined }, { b: undefined })).toBe(false);
  expect(jsonEquals([], {})).toBe(false);
});

test('a key named __proto__ is data', () => {
  const object: Record<string, number> = {};
  setOwn(object, '__proto__', 1);
  expect(Object.keys(object)).toEqual(['__proto__']);
});

test('a long value is cut in a sentence', () => {
  expect(showJson('x'.repeat(500))).toHaveLength(121);
});

describe('paths', () => {
  test.each([
    ['a', ['a']],
    ['a.b-c', ['a', 'b-c']],
    ['a[0].b', ['a', '0', 'b']],
    ['a.0.b', ['a', '0', 'b']],
    ['a["b.c"]', ['a', 'b.c']],
    ["['x y'].z", ['x y', 'z']],
  ])('%s is read', (text, steps) => expect(parsePath(text)).toEqual(steps));

  test.each(['', '.', 'a.', '.a', 'a..b', 'a[', 'a[x]', 'a b', 'a[0]b'])('%j is none', (text) =>
    expect(parsePath(text)).toBeNull(),
  );

  const at = (path: string) =>
    readPath(JSON.parse('{"a":[{"b":1}],"__proto__":{"x":1},"n":null}'), parsePath(path) ?? []);

  test('lead to what is there', () => {
    expect(at('a[0].b')).toBe(1);
    expect(at('n')).toBeNull();
  });

  test.each([
    'a.length',
    'a[1]',
    'a[00].b',
    'n.x',
    '__proto__.x',
    'constructor',
    'toString',
    'a.map',
  ])('lead nowhere else, and never into the language: %s', (path) =>
    expect(at(path)).toBeUndefined(),
  );

  test('of children can be read again', () => {
    const path = childPath(childPath(childPath('', 'a b'), 0), 'c');
    expect(path).toBe('["a b"][0].c');
    expect(parsePath(path)).toEqual(['a b', '0', 'c']);
  });
});

describe('what the database cannot hold', () => {
  test.each([
    [{ a: ['x', 'b\u0000'] }, 'a[1]'],
    [{ 'k\u0000': 1 }, 'k\uFFFD'],
    [{ a: { b: '\uD800' } }, 'a.b'],
    ['\uDC00x', ''],
  ])('is found in %j', (value, path) => expect(findUnstorable(value)).toMatchObject({ path }));

  test('is not found in ordinary text', () => {
    expect(findUnstorable({ a: ['😀', 'é', '\uFFFD', 1, null] })).toBeNull();
  });

  test('is replaced and counted, in keys as well', () => {
    expect(sanitizeText('a\u0000😀\uD800')).toEqual({ value: 'a\uFFFD😀\uFFFD', replaced: 2 });
    expect(sanitizeJson({ 'k\u0000': ['\uD800', 'ok'] })).toEqual({
      value: { 'k\uFFFD': ['\uFFFD', 'ok'] },
      replaced: 2,
    });
  });

  test('leaves a clean value alone', () => {
    const value = { a: 1 };
    expect(sanitizeJson(value).value).toBe(value);
  });

  test('includes nesting that would overflow a stack', () => {
    const bomb = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as never;
    expect(findUnstorable(bomb)?.reason).toContain(`${JSON_DEPTH_MAX} levels`);
    const { value, replaced } = sanitizeJson(bomb);
    expect(replaced).toBe(1);
    expect(findUnstorable(value)).toBeNull();
  });
});
