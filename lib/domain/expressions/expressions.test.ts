import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../json.ts';
import { evaluateExpression, type ExpressionContext, parseExpression } from './index.ts';

const variables = {
  event: {
    payload: {
      name: 'Ann',
      n: 5,
      list: [3, 1, 2],
      hosts: [{ id: 'a' }, { id: 'b' }, {}],
      none: null,
    },
  },
};

function run(source: string, context: ExpressionContext = { variables }) {
  const parsed = parseExpression(source);
  return parsed.ok ? evaluateExpression(parsed.ast, context) : parsed;
}

const value = (source: string): JsonValue => {
  const result = run(source);
  if (!result.ok) throw new Error(result.message);
  return result.value;
};

const complaint = (source: string) => {
  const result = run(source);
  return result.ok ? `gave ${JSON.stringify(result.value)}` : result.message;
};

describe('the language', () => {
  test.each<[string, JsonValue]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['-2 - -3', 1],
    ['7 / 2', 3.5],
    ['7 % 4', 3],
    ['1.5e2', 150],
    ['\'it\' + "s"', 'its'],
    ['"a\\n\\u0041"', 'a\nA'],
    ['"n=" + 5', 'n=5'],
    ['[1] + [2]', [1, 2]],
    ['1 == 1 and not 2 == 3', true],
    ['1 < 2 or 1 / 0', true],
    ['false and 1 / 0', false],
    ['"" or "nobody"', 'nobody'],
    ['"a" and 0', 0],
    ['not ""', true],
    ['not []', true],
    ['{"a": [1, 2.5], "b": {}}', { a: [1, 2.5], b: {} }],
    ['{"a": 1} == {"a": 1}', true],
    ['2 in [1, 2]', true],
    ['3 not in [1, 2]', true],
    ['"nn" in event.payload.name', true],
    ['"n" in event.payload', true],
    ['event.payload.list[0]', 3],
    ['event.payload.list[-1]', 2],
    ['event.payload.list.1', 1],
    ['event.payload.list[9]', null],
    ['event["payload"]["name"]', 'Ann'],
    ['event.payload.name[0]', 'A'],
    ['event.payload.missing.deeper', null],
    ['"yes" if event.payload.n > 3 else "no"', 'yes'],
    ['1 if false else 2 if false else 3', 3],
    ['event.payload.list | length', 3],
    ['event.payload.list | sort | first', 1],
    ['event.payload.list | length > 2', true],
    ['event.payload.hosts | map(attribute="id") | list', ['a', 'b', null]],
    ['event.payload.none | default("x")', 'x'],
    ['{{ true }}', true],
    ['True and None == null', true],
    ['event.payload.in', null],
  ])('%s', (source, expected) => expect(value(source)).toEqual(expected));

  test.each([
    ['1 +', 'At character 4 the expression ends instead of a value.'],
    ['1 2', 'At character 3 `2` stands instead of the end.'],
    ['"abc', 'The text from character 1 on has no end.'],
    ['a ? b', '`?` at character 3 is not part of the language.'],
    ['foo(', 'the expression ends instead of a value'],
    ['1 if 2', 'instead of `else`'],
    ['and', 'instead of a value'],
  ])('cannot be read: %s', (source, message) => expect(complaint(source)).toContain(message));

  test.each([
    ['nothing', 'There is no `nothing` here; known names: event.'],
    ['1 < "a"', 'a number and text have no order'],
    ['1 / 0', 'Division by 0'],
    ['1e308 * 10', 'no finite number'],
    ['1 + null', 'cannot add a number and null'],
    ['-"a"', 'takes numbers'],
    ['nope(1)', 'There is no function `nope`.'],
    ['lower()', '`lower` was given 0 arguments; it takes 1.'],
    ['lower(5)', 'The first argument of `lower` is a number; it takes text.'],
    ['result()', 'There is no function `result`.'],
  ])('cannot be evaluated: %s', (source, message) => expect(complaint(source)).toContain(message));
});

describe('an author cannot', () => {
  test.each([
    'event.__proto__',
    'event.constructor',
    'event["__proto__"]',
    'event.payload.list.constructor',
    'event.toString',
    '"x".constructor',
    'event | map(attribute="__proto__")',
  ])('reach the language below: %s', (source) => {
    const result = run(source);
    expect(result.ok ? result.value : null).toBeNull();
  });

  test.each(['__proto__', 'constructor', 'toString()', 'constructor()', 'hasOwnProperty("x")'])(
    'call or name what was not given: %s',
    (source) => {
      expect(run(source).ok).toBe(false);
    },
  );

  test('write without end', () => {
    expect(complaint('1+'.repeat(2_001))).toContain('4000 are allowed');
    expect(complaint(`${'('.repeat(100)}1${')'.repeat(100)}`)).toContain('deeper than 64');
    expect(complaint(`${'-'.repeat(100)}1`)).toContain('deeper than 64');
    expect(complaint(`${'not '.repeat(100)}1`)).toContain('deeper than 64');
    expect(value(`${'1+'.repeat(1_500)}1`)).toBe(1_501);
  });

  test('compute or fill memory without end', () => {
    const context = {
      variables: {
        s: 'x'.repeat(600_000),
        line: 'x'.repeat(10_000),
        list: Array.from({ length: 60_000 }, () => 0),
      },
    };
    const say = (source: string) => {
      const result = run(source, context);
      return result.ok ? 'ok' : result.message;
    };
    expect(say('s + s')).toContain('a text of more than');
    expect(say('replace(s, "x", s)')).toContain('a text of more than');
    expect(say('string([s, s, s])')).toContain('a text of more than');
    expect(say('join([s, s])')).toContain('a text of more than');
    expect(say('list + list')).toContain('a list of more than');
    expect(say('range(1000000000)')).toContain('a list of more than');
    expect(say('match(line, "^(x+x+)+y")')).toBe('ok');
    expect(say('match(s, "^(x+x+)+y")')).toContain('more than 10000 steps');
    expect(
      say(Array.from({ length: 100 }, () => 'match(line, "^(x+x+)+y")').join(' or ')),
    ).toContain('more than 10000 steps');
    expect(say(Array.from({ length: 100 }, () => 'sort(list) == 0').join(' or '))).toContain(
      'more than 10000 steps',
    );
  });
});

test('steps are bounded', () => {
  const literal = parseExpression('1');
  if (!literal.ok) throw new Error(literal.message);
  const items = Array.from({ length: 10_001 }, () => literal.ast);
  expect(evaluateExpression({ kind: 'list', items }, { variables: {} })).toMatchObject({
    ok: false,
    message: 'It took more than 10000 steps.',
  });
});
