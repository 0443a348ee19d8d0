import { describe, expect, test } from 'vitest';
import { CONDITION_OPERATORS, evaluateConditions, parseConditions, type Verdict } from './index.ts';

const event = (payload: unknown) => ({
  id: 7,
  trigger: 'core.alert',
  trigger_ref: 'core.alert',
  payload,
  created: '2026-11-23T14:06:20+00:00',
});

function judge(conditions: unknown, payload: unknown): Verdict {
  const parsed = parseConditions(conditions);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return evaluateConditions(parsed.condition, event(payload));
}

const matches = (conditions: unknown, payload: unknown) => judge(conditions, payload).matched;

const failure = (conditions: unknown, payload: unknown) => {
  const verdict = judge(conditions, payload);
  return verdict.matched ? null : verdict.failed;
};

test.each([null, undefined, {}, []])('%j matches every event', (conditions) => {
  expect(matches(conditions, null)).toBe(true);
  expect(matches(conditions, { a: 1 })).toBe(true);
});

const PAYLOAD = {
  n: 5,
  s: 'disk full',
  list: [1, { a: 1 }],
  obj: { k: null, deep: [{ x: 'y' }] },
  no: false,
  'a.b': 1,
};

describe('operators', () => {
  test.each([
    ['n', 'equals', 5, true],
    ['n', 'equals', '5', false],
    ['list[1]', 'equals', { a: 1 }, true],
    ['missing', 'equals', null, false],
    ['obj.k', 'equals', null, true],
    ['n', 'not_equals', 6, true],
    ['n', 'not_equals', 5, false],
    ['missing', 'not_equals', 5, true],
    ['s', 'contains', 'disk', true],
    ['s', 'contains', 'Disk', false],
    ['s', 'contains', 5, false],
    ['list', 'contains', { a: 1 }, true],
    ['obj', 'contains', 'k', true],
    ['obj', 'contains', 'toString', false],
    ['missing', 'contains', 'x', false],
    ['s', 'not_contains', 'tape', true],
    ['s', 'not_contains', 'disk', false],
    ['n', 'not_contains', 'x', false],
    ['missing', 'not_contains', 'x', true],
    ['n', 'in', [4, 5], true],
    ['n', 'in', ['5'], false],
    ['n', 'not_in', [4], true],
    ['n', 'not_in', [5], false],
    ['missing', 'not_in', [5], true],
    ['n', 'gt', 4, true],
    ['n', 'gt', 5, false],
    ['n', 'gte', 5, true],
    ['n', 'lt', 6, true],
    ['n', 'lte', 4, false],
    ['s', 'gt', 'cisk', true],
    ['s', 'gt', 1, false],
    ['no', 'lt', 1, false],
    ['missing', 'lt', 1, false],
    ['obj.k', 'exists', undefined, true],
    ['missing', 'exists', undefined, false],
    ['missing', 'not_exists', undefined, true],
    ['obj.k', 'not_exists', undefined, false],
    ['s', 'matches', 'disk\\s+f', true],
    ['s', 'matches', '^full', false],
    ['n', 'matches', '5', false],
    ['s', 'starts_with', 'disk', true],
    ['s', 'ends_with', 'full', true],
    ['s', 'ends_with', 'disk', false],
    ['n', 'starts_with', '5', false],
    ['obj.deep[0].x', 'equals', 'y', true],
    ['obj.deep.0.x', 'equals', 'y', true],
    ['["a.b"]', 'equals', 1, true],
    ['constructor.name', 'exists', undefined, false],
    ['list.length', 'exists', undefined, false],
  ])('%s %s %j is %s', (field, operator, value, expected) => {
    expect(matches([{ field, operator, value }], PAYLOAD)).toBe(expected);
  });

  test('are all in the table above', () => {
    expect(CONDITION_OPERATORS).toHaveLength(15);
  });

  test('a pattern that makes backtracking engines hang is answered at once', () => {
    const startedAt = performance.now();
    expect(
      matches([{ field: 's', operator: 'matches', value: '^(a+)+$' }], {
        s: `${'a'.repeat(5_000)}!`,
      }),
    ).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('the verdict', () => {
  const both = [
    { field: 'n', operator: 'gt', value: 1 },
    { field: 'n', operator: 'gte', value: 10 },
  ];

  test('names the first condition that failed, with expected and actual', () => {
    expect(failure(both, PAYLOAD)).toEqual({
      path: '[1]',
      field: 'n',
      operator: 'gte',
      expected: 10,
      actual: 5,
      message: '`n` gte 10, was 5',
    });
  });

  test('tells a missing field from null', () => {
    expect(failure([{ field: 'x', operator: 'equals', value: 1 }], {})?.message).toBe(
      '`x` equals 1, but the payload has no `x`',
    );
    expect(failure([{ field: 'x', operator: 'equals', value: 1 }], { x: null })?.message).toBe(
      '`x` equals 1, was null',
    );
  });

  test('says so when types do not fit', () => {
    expect(failure([{ field: 's', operator: 'gt', value: 1 }], PAYLOAD)?.message).toBe(
      '`s` gt 1, was "disk full": text has no order with a number',
    );
  });

  test('of `any` tells every reason, of `not` what was found', () => {
    expect(failure({ any: both.slice(1) }, PAYLOAD)).toMatchObject({
      path: 'any',
      operator: 'any',
      message: 'none of 1 matched: `n` gte 10, was 5',
    });
    expect(failure({ not: both[0] }, PAYLOAD)).toMatchObject({
      operator: 'not gt',
      field: 'n',
      actual: 5,
      message: 'not `n` gt 1, but it was 5',
    });
  });

  test('of an expression holds its value or why it has none', () => {
    expect(failure({ expression: 'event.payload.n' }, { n: 0 })).toMatchObject({
      operator: 'expression',
      actual: 0,
      message: '`event.payload.n` was 0',
    });
    expect(failure({ expression: 'evnt.x' }, {})?.message).toContain('There is no `evnt` here');
  });
});

describe('groups', () => {
  const yes = { field: 'n', operator: 'equals', value: 5 };
  const no = { field: 'n', operator: 'equals', value: 6 };

  test.each([
    [{ all: [yes, yes] }, true],
    [{ all: [yes, no] }, false],
    [{ all: [] }, true],
    [{ any: [no, yes] }, true],
    [{ any: [no, no] }, false],
    [{ not: no }, true],
    [{ not: { any: [no, { not: no }] } }, false],
    [[yes, { any: [no, { all: [yes, { expression: 'event.payload.n > 4' }] }] }], true],
    [{ not: [yes, no] }, true],
    [yes, true],
  ])('%j is %s', (conditions, expected) => expect(matches(conditions, PAYLOAD)).toBe(expected));

  test('tell the place of the failure', () => {
    expect(failure({ all: [yes, { all: [yes, no] }] }, PAYLOAD)?.path).toBe('all[1].all[1]');
  });
});

describe('an event without payload', () => {
  test('matches the plain list of public Attune and nothing beyond it', () => {
    const plain = [{ field: 'a', operator: 'equals', value: 1 }];
    expect(matches(plain, null)).toBe(true);
    expect(matches({ all: plain }, null)).toBe(false);
    expect(matches([...plain, { field: 'a', operator: 'exists' }], null)).toBe(false);
    expect(matches([{ any: plain }], null)).toBe(false);
    expect(matches(plain, {})).toBe(false);
  });
});

describe('an expression', () => {
  test.each(['event.payload.n == 5 and event.id == 7', '{{ event.trigger_ref == "core.alert" }}'])(
    'sees the event, with and without braces: %s',
    (expression) => {
      expect(matches({ expression }, PAYLOAD)).toBe(true);
    },
  );
});
