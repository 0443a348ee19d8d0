import { type Condition, parseConditions } from '#lib/domain/conditions/index.ts';
import { showJson } from '#lib/domain/json.ts';
import { OPERATOR_WORDS } from './operator-words.ts';

/** Conditions as somebody would say them: a test, or a group with what is in it. */
export type ConditionLine =
  | { readonly kind: 'test'; readonly field: string; readonly word: string; readonly value: string }
  | { readonly kind: 'expression'; readonly source: string }
  | { readonly kind: 'group'; readonly words: string; readonly lines: readonly ConditionLine[] };

/** Null when they are none that we know how to say; empty when every event will do. */
export function conditionLines(conditions: unknown): ConditionLine[] | null {
  const parsed = parseConditions(conditions);
  if (!parsed.ok) return null;
  return parsed.condition.kind === 'always' ? [] : [lineOf(parsed.condition)];
}

function lineOf(condition: Condition): ConditionLine {
  switch (condition.kind) {
    case 'always':
      return { kind: 'expression', source: 'always' };
    case 'expression':
      return { kind: 'expression', source: condition.source };
    case 'comparison': {
      const { field, operator, expected } = condition;
      const isAlone = operator === 'exists' || operator === 'not_exists';
      return {
        kind: 'test',
        field,
        word: OPERATOR_WORDS[operator] ?? operator,
        value: isAlone ? '' : showJson(expected),
      };
    }
    case 'all':
      return {
        kind: 'group',
        words: 'all of these hold',
        lines: condition.conditions.map(lineOf),
      };
    case 'any':
      return {
        kind: 'group',
        words: 'at least one of these holds',
        lines: condition.conditions.map(lineOf),
      };
    case 'not':
      return { kind: 'group', words: 'this does not hold', lines: [lineOf(condition.condition)] };
  }
}
