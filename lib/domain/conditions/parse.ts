import { parseExpression } from '../expressions/index.ts';
import { isJsonObject, type JsonObject, type JsonValue, showJson, typeWord } from '../json.ts';
import { childPath, parsePath } from '../json-path.ts';
import { readPattern, textCharsMax } from '../pattern.ts';
import type { Comparison, Condition } from './condition.ts';
import { CONDITION_OPERATORS, type ConditionOperator } from './operators.ts';

export interface ConditionProblem {
  /** Dotted, from the conditions: `all[1].operator`. */
  readonly path: string;
  readonly message: string;
}

export type ParsedConditions =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly problems: ConditionProblem[] };

const DEPTH_MAX = 20;
const CONDITIONS_MAX = 500;

const ALWAYS: Condition = { kind: 'always' };

/**
 * Checks a rule's conditions: nothing, an expression, a list (all of it must hold), one comparison or
 * a group `all`, `any`, `not`. A pattern is RE2, so that no event can make it slow.
 */
export function parseConditions(input: unknown): ParsedConditions {
  const parser = new Parser();
  const condition = parser.root(input);
  return parser.problems.length === 0
    ? { ok: true, condition }
    : { ok: false, problems: parser.problems };
}

class Parser {
  readonly problems: ConditionProblem[] = [];
  #count = 0;
  #patternSize = 0;

  root(input: unknown): Condition {
    if (input === null || input === undefined) return ALWAYS;
    if (Array.isArray(input)) return this.#list(input, '', 0, true);
    if (isJsonObject(input) && Object.keys(input).length === 0) return ALWAYS;
    return this.#node(input, '', 0);
  }

  #node(input: unknown, path: string, depth: number): Condition {
    if (depth > DEPTH_MAX) return this.#refuse(path, `Groups may be ${DEPTH_MAX} deep.`);
    if (++this.#count > CONDITIONS_MAX) {
      if (this.#count > CONDITIONS_MAX + 1) return ALWAYS;
      return this.#refuse(path, `There may be ${CONDITIONS_MAX} conditions; these are more.`);
    }
    if (Array.isArray(input)) return this.#list(input, path, depth, false);
    if (!isJsonObject(input)) {
      return this.#refuse(path, `A condition is an object; this is ${typeWord(input)}.`);
    }
    const group = (['all', 'any', 'not', 'expression'] as const).filter((key) =>
      Object.hasOwn(input, key),
    );
    if (group.length === 0) return this.#comparison(input, path);
    const [kind] = group;
    if (group.length > 1 || Object.hasOwn(input, 'field')) {
      return this.#refuse(
        path,
        `One object says one thing; this one holds ${Object.keys(input)
          .map((key) => `\`${key}\``)
          .join(', ')}.`,
      );
    }
    const inner = childPath(path, kind ?? '');
    const value = input[kind ?? ''];
    if (kind === 'expression') return this.#expression(value, path, inner);
    if (kind === 'not') {
      return { kind: 'not', path, condition: this.#node(value, inner, depth + 1) };
    }
    if (!Array.isArray(value)) {
      return this.#refuse(
        inner,
        `\`${kind}\` takes a list of conditions; this is ${typeWord(value)}.`,
      );
    }
    if (kind === 'all') return this.#list(value, inner, depth, false);
    if (value.length === 0) {
      return this.#refuse(
        inner,
        '`any` of nothing never matches. Give it a condition or leave it out.',
      );
    }
    return { kind: 'any', path: inner, conditions: this.#items(value, inner, depth) };
  }

  #list(items: readonly unknown[], path: string, depth: number, isRoot: boolean): Condition {
    if (items.length === 0) return ALWAYS;
    const conditions = this.#items(items, path, depth);
    const matchesNullPayload = isRoot && conditions.every(isPlain);
    return { kind: 'all', path, conditions, matchesNullPayload };
  }

  #items(items: readonly unknown[], path: string, depth: number): Condition[] {
    return items.map((item, i) => this.#node(item, childPath(path, i), depth + 1));
  }

  #expression(source: unknown, path: string, inner: string): Condition {
    if (typeof source !== 'string') {
      return this.#refuse(inner, `An expression is text; this is ${typeWord(source)}.`);
    }
    const parsed = parseExpression(source);
    if (!parsed.ok) return this.#refuse(inner, parsed.message);
    return { kind: 'expression', path, source, ast: parsed.ast };
  }

  #comparison(input: JsonObject, path: string): Condition {
    const { field, operator } = input;
    if (typeof field !== 'string' || field === '') {
      return this.#refuse(
        childPath(path, 'field'),
        'A condition names a `field` of the payload, a group or an `expression`.',
      );
    }
    const steps = parsePath(field);
    if (steps === null) {
      return this.#refuse(
        childPath(path, 'field'),
        `${showJson(field)} is no path. Write \`a.b\`, \`a[0].b\` or \`a["b c"]\`.`,
      );
    }
    if (!isOperator(operator)) {
      const known = CONDITION_OPERATORS.join(', ');
      const given =
        operator === undefined ? 'The operator is missing' : `${showJson(operator)} is no operator`;
      return this.#refuse(childPath(path, 'operator'), `${given}. Known: ${known}.`);
    }
    const needsValue = operator !== 'exists' && operator !== 'not_exists';
    if (needsValue && !Object.hasOwn(input, 'value')) {
      return this.#refuse(
        childPath(path, 'value'),
        `\`${operator}\` compares with a \`value\`; there is none.`,
      );
    }
    const expected = needsValue ? (input['value'] ?? null) : null;
    const problem = problemOfValue(operator, expected);
    if (problem !== null) return this.#refuse(childPath(path, 'value'), problem);
    const pattern = operator === 'matches' && typeof expected === 'string' ? expected : null;
    const matches = pattern === null ? null : this.#pattern(pattern, path);
    return { kind: 'comparison', path, field, steps, operator, expected, matches };
  }

  #pattern(source: string, path: string): Comparison['matches'] {
    const read = readPattern(source);
    if (!read.ok) {
      this.#refuse(childPath(path, 'value'), read.message);
      return null;
    }
    const { size, test } = read.pattern;
    this.#patternSize += size;
    return (text) => {
      // Asked when all are read: what one event may cost is shared by the patterns of the rule.
      const charsMax = textCharsMax(this.#patternSize);
      if (text.length <= charsMax) return test(text);
      return `${text.length} characters are too long for a pattern here; ${charsMax} are allowed`;
    };
  }

  #refuse(path: string, message: string): Condition {
    this.problems.push({ path, message });
    return ALWAYS;
  }
}

const isOperator = (value: unknown): value is ConditionOperator =>
  typeof value === 'string' && (CONDITION_OPERATORS as readonly string[]).includes(value);

/** What public Attune knows: there, and only there, an event without payload matches. */
const isPlain = (condition: Condition): boolean =>
  condition.kind === 'comparison' &&
  ['equals', 'not_equals', 'contains'].includes(condition.operator);

function problemOfValue(operator: ConditionOperator, value: JsonValue): string | null {
  switch (operator) {
    case 'in':
    case 'not_in':
      return Array.isArray(value)
        ? null
        : `\`${operator}\` takes a list; this is ${typeWord(value)}.`;
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return typeof value === 'number' || typeof value === 'string'
        ? null
        : `\`${operator}\` takes a number or text; this is ${typeWord(value)}.`;
    case 'matches':
    case 'starts_with':
    case 'ends_with':
      return typeof value === 'string'
        ? null
        : `\`${operator}\` takes text; this is ${typeWord(value)}.`;
    case 'equals':
    case 'not_equals':
    case 'contains':
    case 'not_contains':
    case 'exists':
    case 'not_exists':
      return null;
  }
}
