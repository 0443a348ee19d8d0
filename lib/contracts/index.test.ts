import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { operations } from './index.ts';

const fileOf = (path: string) => `app${path.replaceAll('{', '[').replaceAll('}', ']')}/route.ts`;
const read = (path: string) => readFileSync(path, 'utf8');

describe('the API', () => {
  test.each(operations)('$method $path is served by its own file', ({ id, method, path }) => {
    const source = read(fileOf(path));
    // Where the service has the name of the operation, the operation is imported as `operation`.
    const name = source.includes(`${id} as operation`) ? 'operation' : id;
    expect(source).toMatch(new RegExp(`export const ${method} = route\\(\\s*${name},`));
  });

  test('serves nothing that is not in the contract', () => {
    const sources = globSync('app/**/route.ts').map(read).join('\n');
    expect(sources.match(/= route\(/g)).toHaveLength(operations.length);
  });

  test('serves nothing under /api/v1 without the wrapper that asks who calls', () => {
    const bare = globSync('app/api/v1/**/route.ts').filter((file) =>
      /export (?:async )?function|export const \w+ = (?!route\()|export const \{.*\} = (?!otherMethods\()/.test(
        read(file),
      ),
    );
    expect(bare).toEqual([]);
  });

  test('changes nothing anywhere else, but for logging in and out', () => {
    const others = globSync('app/**/route.ts').filter(
      (file) =>
        !/= route\(/.test(read(file)) && /(?:const|as) (?:POST|PUT|PATCH|DELETE)/.test(read(file)),
    );
    const changing = others.filter(
      (file) =>
        !/^import \{ notServed \}[^;]*;\n\n(?:export const [A-Z]+ = notServed;\n)+$/.test(
          read(file),
        ),
    );
    expect(changing).toEqual(['app/api/auth/[...nextauth]/route.ts']);
    const actions = globSync('{app,components}/**/*.{ts,tsx}').filter((file) =>
      read(file).includes("'use server'"),
    );
    expect(actions).toEqual([]);
  });

  test('answers every other method of its paths by the same helper', () => {
    const files = [...new Set(operations.map(({ path }) => fileOf(path)))];
    const silent = files.filter(
      (file) => !/^export const \{ [A-Z, ]+ \} = otherMethods\(/m.test(read(file)),
    );
    expect(silent).toEqual([]);
  });

  test('has one operation per id, and one per method and path', () => {
    const distinct = (names: string[]) => names.filter((name, at) => names.indexOf(name) !== at);
    expect(distinct(operations.map(({ id }) => id))).toEqual([]);
    expect(distinct(operations.map(({ method, path }) => `${method} ${path}`))).toEqual([]);
  });

  test.each(operations)('$id says who may call', ({ access }) => {
    if (access === 'anyone') return;
    expect(access.tokens.length).toBeGreaterThan(0);
    expect(access.permission === null || /^[a-z_]+:[a-z]+$/.test(access.permission)).toBe(true);
  });

  test('is open to strangers only where it has to be', () => {
    const open = operations.filter(({ access }) => access === 'anyone').map(({ id }) => id);
    expect(open.toSorted()).toEqual(
      [
        'getAuthSettings',
        'getHealth',
        'getHealthDetail',
        'getLiveness',
        'getReadiness',
        'login',
        'receiveDemo',
        'receiveWebhook',
        'refresh',
      ].toSorted(),
    );
  });

  test.each(operations)('$id names in its path what it takes as parameters', ({ path, params }) => {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const taken =
      params === undefined ? [] : Object.keys((params as unknown as { shape: object }).shape);
    expect(taken).toEqual(named);
  });
});
