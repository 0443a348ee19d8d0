import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { formatParameters } from './parameter-format.ts';

const PARAMS = {
  url: "it's",
  n: 1.5,
  on: true,
  none: null,
  list: [1, { a: "'" }],
  headers: { Accept: '*/*', deep: { x: 1 }, empty: {} },
  text: 'a\nb',
};

describe('parameters', () => {
  test('as json are one line and a newline', () => {
    expect(formatParameters(PARAMS, 'json')).toBe(`${JSON.stringify(PARAMS)}\n`);
    expect(formatParameters({ a: 'x\ny\u2028' }, 'json').trimEnd().split('\n')).toHaveLength(1);
    expect(formatParameters({}, 'json')).toBe('{}\n');
  });

  test('as dotenv are sorted, flattened and quoted for a shell', () => {
    expect(formatParameters(PARAMS, 'dotenv')).toBe(
      [
        "headers.Accept='*/*'",
        "headers.deep.x='1'",
        String.raw`list='[1,{"a":"'\''"}]'`,
        "n='1.5'",
        "none=''",
        "on='true'",
        "text='a",
        "b'",
        String.raw`url='it'\''s'`,
        '',
      ].join('\n'),
    );
  });

  test('as yaml mean the same to readers of 1.1 and 1.2', () => {
    const params = {
      ...PARAMS,
      words: ['yes', 'on', 'null', '1:30', '012', '~', '2026-11-23', 'x: y'],
    };
    const text = formatParameters(params, 'yaml');
    expect(parse(text)).toEqual(params);
    expect(parse(text, { version: '1.1' })).toEqual(params);
    expect(text.startsWith('%')).toBe(false);
    expect(text.endsWith('\n')).toBe(true);
    expect(formatParameters({}, 'yaml')).toBe('{}\n');
  });

  test('that share a value are written out twice', () => {
    const shared = { a: 1 };
    expect(formatParameters({ x: shared, y: shared }, 'yaml')).not.toContain('&');
  });
});
