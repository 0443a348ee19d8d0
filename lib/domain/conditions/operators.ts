import { isJsonObject, jsonEquals, type JsonValue, showJson, typeWord } from '../json.ts';

export const CONDITION_OPERATORS = [
  'equals',
  'not_equals',
  'contains',
  'not_contains',
  'in',
  'not_in',
  'gt',
  'gte',
  'lt',
  'lte',
  'exists',
  'not_exists',
  'matches',
  'starts_with',
  'ends_with',
] as const;

export type ConditionOperator = (typeof CONDITION_OPERATORS)[number];

export interface Compared {
  readonly operator: ConditionOperator;
  /** Undefined: the payload has no such field. */
  readonly actual: JsonValue | undefined;
  readonly expected: JsonValue;
  readonly matches: ((text: string) => boolean | string) | null;
}

/** True or false, or a sentence's end that says why the two cannot be compared. */
export function compareValues({ operator, actual, expected, matches }: Compared): boolean | string {
  switch (operator) {
    case 'exists':
      return actual !== undefined;
    case 'not_exists':
      return actual === undefined;
    // What is missing equals nothing, is in nothing and contains nothing.
    case 'not_equals':
      return actual === undefined || !jsonEquals(actual, expected);
    case 'not_in':
      return actual === undefined || !isAmong(actual, expected);
    case 'not_contains':
      return actual === undefined || negate(contains(actual, expected));
    case 'equals':
      return actual !== undefined && jsonEquals(actual, expected);
    case 'in':
      return actual !== undefined && isAmong(actual, expected);
    case 'contains':
      return actual !== undefined && contains(actual, expected);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return actual !== undefined && ordered(operator, actual, expected);
    case 'matches':
      return onText(actual, (text) => matches?.(text) ?? false);
    case 'starts_with':
      return onText(actual, (text) => typeof expected === 'string' && text.startsWith(expected));
    case 'ends_with':
      return onText(actual, (text) => typeof expected === 'string' && text.endsWith(expected));
  }
}

const negate = (outcome: boolean | string): boolean | string =>
  typeof outcome === 'string' ? outcome : !outcome;

const isAmong = (actual: JsonValue, list: JsonValue): boolean =>
  Array.isArray(list) && list.some((item) => jsonEquals(item, actual));

/** A part of a text, an item of a list, a key of an object. */
function contains(actual: JsonValue, expected: JsonValue): boolean | string {
  if (Array.isArray(actual)) return actual.some((item) => jsonEquals(item, expected));
  if (typeof actual === 'string') {
    return typeof expected === 'string'
      ? actual.includes(expected)
      : `a text cannot contain ${typeWord(expected)}`;
  }
  if (isJsonObject(actual)) {
    return typeof expected === 'string' && Object.hasOwn(actual, expected);
  }
  return `${typeWord(actual)} contains nothing`;
}

function ordered(
  operator: 'gt' | 'gte' | 'lt' | 'lte',
  actual: JsonValue,
  expected: JsonValue,
): boolean | string {
  const comparable =
    (typeof actual === 'number' && typeof expected === 'number') ||
    (typeof actual === 'string' && typeof expected === 'string');
  if (!comparable) {
    return `${typeWord(actual)} has no order with ${typeWord(expected)}`;
  }
  switch (operator) {
    case 'gt':
      return actual > expected;
    case 'gte':
      return actual >= expected;
    case 'lt':
      return actual < expected;
    case 'lte':
      return actual <= expected;
  }
}

function onText(
  actual: JsonValue | undefined,
  test: (text: string) => boolean | string,
): boolean | string {
  if (actual === undefined) return false;
  return typeof actual === 'string' ? test(actual) : `${typeWord(actual)} is no text`;
}

/** "`consecutive` gte 5, was 3" */
export function describeFailure(field: string, compared: Compared, reason: string | null): string {
  const { operator, actual, expected } = compared;
  const wanted =
    operator === 'exists' || operator === 'not_exists'
      ? `\`${field}\` ${operator}`
      : `\`${field}\` ${operator} ${showJson(expected)}`;
  if (actual === undefined) return `${wanted}, but the payload has no \`${field}\``;
  return `${wanted}, was ${showJson(actual)}${reason === null ? '' : `: ${reason}`}`;
}
