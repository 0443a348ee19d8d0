import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../json.ts';
import {
  evaluateExpression,
  type ExpressionContext,
  FUNCTION_NAMES,
  parseExpression,
} from './index.ts';

function run(source: string, context: ExpressionContext = { variables: {} }) {
  const parsed = parseExpression(source);
  return parsed.ok ? evaluateExpression(parsed.ast, context) : parsed;
}

const value = (source: string): JsonValue => {
  const result = run(source);
  if (!result.ok) throw new Error(result.message);
  return result.value;
};

describe('functions', () => {
  test.each<[string, JsonValue]>([
    ['string({"a": 1})', '{"a":1}'],
    ['string("x")', 'x'],
    ['number(" 4.5 ")', 4.5],
    ['int("4.9")', 4],
    ['int(-4.9)', -4],
    ['bool([])', false],
    [
      '[type_of(null), type_of([]), type_of({}), type_of(1), type_of("")]',
      ['null', 'array', 'object', 'number', 'string'],
    ],
    ['length("abc")', 3],
    ['length({"a": 1})', 1],
    ['keys({"b": 1, "a": 2})', ['b', 'a']],
    ['values({"b": 1})', [1]],
    ['[abs(-1), floor(1.9), ceil(1.1), round(2.5), round(1.256, 2)]', [1, 1, 2, 3, 1.26]],
    ['[min(3, 1), max([1, 9, 4]), max([])]', [1, 9, null]],
    ['sum([1, 2, 3])', 6],
    ['[lower("A"), upper("b"), trim(" c ")]', ['a', 'B', 'c']],
    ['split("a,b", ",")', ['a', 'b']],
    ['split(" a  b ")', ['a', 'b']],
    ['join([1, "b", null], "-")', '1-b-null'],
    ['replace("aXa", "a", "$&")', '$&X$&'],
    ['[starts_with("ab", "a"), ends_with("ab", "a")]', [true, false]],
    ['match("web-12", "^web-\\\\d+$")', true],
    ['match("db-12", "web")', false],
    ['[contains([1], 1), contains("ab", "c"), contains({"k": 1}, "k")]', [true, false, true]],
    ['[reversed([1, 2]), reversed("ab")]', [[2, 1], 'ba']],
    ['sort(["b", "a"])', ['a', 'b']],
    ['sort([10, 9])', [9, 10]],
    ['unique([1, "1", 1, {"a": 1, "b": 2}, {"b": 2, "a": 1}])', [1, '1', { a: 1, b: 2 }]],
    ['flat([[1], 2, [[3]]])', [1, 2, [3]]],
    [
      'zip([1, 2], ["a", "b", "c"])',
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      '[range(3), range(1, 3), range(3, 0, -2)]',
      [
        [0, 1, 2],
        [1, 2],
        [3, 1],
      ],
    ],
    ['[slice([1, 2, 3], 1), slice("abcd", -3, -1), slice([1], 5)]', [[2, 3], 'bc', []]],
    ['[index_of("abc", "c"), index_of([1], 2)]', [2, -1]],
    ['[count([1, 1, 2], 1), count("aXaX", "X"), count([1, 2])]', [2, 2, 2]],
    ['merge({"a": 1, "b": 1}, {"b": 2})', { a: 1, b: 2 }],
    ['chunks([1, 2, 3], 2)', [[1, 2], [3]]],
  ])('%s', (source, expected) => expect(value(source)).toEqual(expected));

  test('of the language are all there', () => {
    const listed =
      'string number int bool type_of length keys values abs floor ceil round min max sum lower upper trim split join replace starts_with ends_with match contains reversed sort unique flat zip range slice index_of count merge chunks';
    expect(FUNCTION_NAMES).toEqual(expect.arrayContaining(listed.split(' ')));
  });

  test('of the surroundings are given in the context', () => {
    const functions = { result: () => ({ data: { x: 1 } }), succeeded: () => true };
    expect(run('succeeded() and result().data.x', { variables: {}, functions })).toEqual({
      ok: true,
      value: 1,
    });
  });
});
