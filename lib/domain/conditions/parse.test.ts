import { describe, expect, test } from 'vitest';
import { parseConditions } from './index.ts';

const problems = (conditions: unknown) => {
  const parsed = parseConditions(conditions);
  return parsed.ok ? [] : parsed.problems;
};

describe('what is refused', () => {
  test.each([
    [[{ field: 'a', operator: 'like', value: 1 }], '[0].operator', '"like" is no operator'],
    [[{ field: 'a', value: 1 }], '[0].operator', 'missing'],
    [[{ operator: 'equals', value: 1 }], '[0].field', 'names a `field`'],
    [[{ field: 'a..b', operator: 'equals', value: 1 }], '[0].field', 'is no path'],
    [[{ field: 'a', operator: 'equals' }], '[0].value', 'there is none'],
    [[{ field: 'a', operator: 'in', value: 'x' }], '[0].value', 'takes a list'],
    [[{ field: 'a', operator: 'gt', value: true }], '[0].value', 'number or text'],
    [[{ field: 'a', operator: 'matches', value: '(' }], '[0].value', 'cannot be read'],
    [[{ field: 'a', operator: 'matches', value: '(?=x)' }], '[0].value', 'no look-around'],
    [[{ field: 'a', operator: 'starts_with', value: 1 }], '[0].value', 'takes text'],
    [{ any: [] }, 'any', 'never matches'],
    [{ all: {} }, 'all', 'takes a list'],
    [{ all: [], any: [] }, '', 'says one thing'],
    [{ any: [{ not: 'x' }] }, 'any[0].not', 'is text'],
    [{ expression: 'a +' }, 'expression', 'instead of'],
    [{ expression: 5 }, 'expression', 'is text'],
    ['x', '', 'A condition is an object'],
  ])('%j', (conditions, path, message) => {
    expect(problems(conditions)[0]).toMatchObject({
      path,
      message: expect.stringContaining(message) as string,
    });
  });

  test('is told all at once', () => {
    expect(problems([{ field: 'a' }, { operator: 'equals' }])).toHaveLength(2);
  });

  test('includes trees that are too deep or too many', () => {
    let deep: unknown = {};
    for (let i = 0; i < 5_000; i++) deep = { not: deep };
    expect(problems(deep)).toHaveLength(1);
    expect(
      problems(Array.from({ length: 5_000 }, () => ({ field: 'a', operator: 'exists' }))),
    ).toHaveLength(1);
  });
});
