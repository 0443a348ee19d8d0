import { evaluateExpression, isTruthy } from '../expressions/index.ts';
import { type JsonValue, showJson } from '../json.ts';
import { readPath } from '../json-path.ts';
import type { Comparison, Condition } from './condition.ts';
import { type Compared, compareValues, describeFailure } from './operators.ts';

/** What a rule sees of an event. */
export interface EventContext {
  readonly id: number;
  readonly trigger: string;
  readonly trigger_ref: string;
  readonly payload: unknown;
  /** RFC 3339. */
  readonly created: string;
}

/** The first condition that failed, so that a rule's author sees why. */
export interface FailedCondition {
  /** Where it stands in the conditions: `[1]`, `all[0]`. Empty: at the top. */
  readonly path: string;
  /** Null for expressions and groups. */
  readonly field: string | null;
  readonly operator: string;
  readonly expected: JsonValue;
  /** Null as well when the payload has no such field; the message says which. */
  readonly actual: JsonValue;
  readonly message: string;
}

export type Verdict =
  | { readonly matched: true }
  | { readonly matched: false; readonly failed: FailedCondition };

const MATCHED: Verdict = { matched: true };

/** Whether the event meets the conditions, and if not, the first that it fails. */
export function evaluateConditions(condition: Condition, event: EventContext): Verdict {
  const hasNoPayload = event.payload === null || event.payload === undefined;
  if (condition.kind === 'all' && condition.matchesNullPayload && hasNoPayload) return MATCHED;
  const failed = failureOf(condition, event);
  return failed === null ? MATCHED : { matched: false, failed };
}

function failureOf(condition: Condition, event: EventContext): FailedCondition | null {
  switch (condition.kind) {
    case 'always':
      return null;
    case 'comparison':
      return failureOfComparison(condition, event);
    case 'expression':
      return failureOfExpression(condition, event);
    case 'all':
      for (const each of condition.conditions) {
        const failed = failureOf(each, event);
        if (failed !== null) return failed;
      }
      return null;
    case 'any':
      return failureOfAny(condition, event);
    case 'not':
      return failureOf(condition.condition, event) === null ? failureOfNot(condition, event) : null;
  }
}

function failureOfComparison(condition: Comparison, event: EventContext): FailedCondition | null {
  const { path, field, operator, expected, matches } = condition;
  const compared: Compared = {
    operator,
    actual: readPath(event.payload, condition.steps),
    expected,
    matches,
  };
  const outcome = compareValues(compared);
  if (outcome === true) return null;
  const message = describeFailure(field, compared, outcome === false ? null : outcome);
  return { path, field, operator, expected, actual: compared.actual ?? null, message };
}

function failureOfExpression(
  { path, source, ast }: Extract<Condition, { kind: 'expression' }>,
  event: EventContext,
): FailedCondition | null {
  // The event is plain JSON; only its payload's type is not known to the compiler.
  const variables = { event: event as unknown as JsonValue };
  const result = evaluateExpression(ast, { variables });
  if (result.ok && isTruthy(result.value)) return null;
  return {
    path,
    field: null,
    operator: 'expression',
    expected: source,
    actual: result.ok ? result.value : null,
    message: result.ok
      ? `\`${source}\` was ${showJson(result.value)}`
      : `\`${source}\` could not be evaluated: ${result.message}`,
  };
}

function failureOfAny(
  { path, conditions }: Extract<Condition, { kind: 'any' }>,
  event: EventContext,
): FailedCondition | null {
  const messages: string[] = [];
  for (const each of conditions) {
    const failed = failureOf(each, event);
    if (failed === null) return null;
    messages.push(failed.message);
  }
  return {
    path,
    field: null,
    operator: 'any',
    expected: `one of ${conditions.length}`,
    actual: messages,
    message: `none of ${conditions.length} matched: ${messages.join('; ')}`,
  };
}

function failureOfNot(
  { path, condition }: Extract<Condition, { kind: 'not' }>,
  event: EventContext,
): FailedCondition {
  if (condition.kind !== 'comparison') {
    const message = 'the conditions under `not` matched';
    return { path, field: null, operator: 'not', expected: false, actual: true, message };
  }
  const { field, operator, expected, steps } = condition;
  const actual = readPath(event.payload, steps);
  const wanted = operator.endsWith('exists') ? '' : ` ${showJson(expected)}`;
  return {
    path,
    field,
    operator: `not ${operator}`,
    expected,
    actual: actual ?? null,
    message: `not \`${field}\` ${operator}${wanted}, but it ${actual === undefined ? 'is missing' : `was ${showJson(actual)}`}`,
  };
}
