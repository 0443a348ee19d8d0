import {
  isJsonObject,
  jsonEquals,
  type JsonObject,
  type JsonValue,
  setOwn,
  typeWord,
} from '../json.ts';
import { readKey } from '../json-path.ts';
import { callFunction } from './functions.ts';
import { Budget } from './limits.ts';
import { contains } from './list-functions.ts';
import { compare, finite } from './order.ts';
import { type BinaryOperator, type Expression, ExpressionError } from './syntax.ts';
import { isTruthy } from './truth.ts';

export { isTruthy } from './truth.ts';

export interface ExpressionContext {
  readonly variables: Readonly<Record<string, JsonValue>>;
  /** Functions that depend on where the expression stands: `result`, `succeeded`, `now` … */
  readonly functions?: Readonly<Record<string, (...args: JsonValue[]) => JsonValue>>;
}

export type ExpressionResult =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly message: string };

/** The value of an expression. A missing field is null; an unknown name is a mistake. */
export function evaluateExpression(ast: Expression, context: ExpressionContext): ExpressionResult {
  try {
    return { ok: true, value: new Evaluation(context).value(ast) };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { ok: false, message: error.message };
  }
}

class Evaluation {
  readonly #context: ExpressionContext;
  readonly #budget = new Budget();

  constructor(context: ExpressionContext) {
    this.#context = context;
  }

  value(ast: Expression): JsonValue {
    this.#budget.spend();
    switch (ast.kind) {
      case 'literal':
        return ast.value;
      case 'name':
        return this.#variable(ast.name);
      case 'list':
        return ast.items.map((item) => this.value(item));
      case 'object':
        return this.#object(ast.entries);
      case 'field':
        return fieldOf(this.value(ast.of), ast.name);
      case 'index':
        return itemOf(this.value(ast.of), this.value(ast.index));
      case 'not':
        return !isTruthy(this.value(ast.operand));
      case 'negate':
        return -numeric('-', this.value(ast.operand));
      case 'conditional':
        return this.value(isTruthy(this.value(ast.test)) ? ast.value : ast.otherwise);
      case 'binary':
        return this.#binary(ast.operator, ast.left, ast.right);
      case 'call':
        return this.#call(ast);
    }
  }

  #variable(name: string): JsonValue {
    const { variables } = this.#context;
    if (Object.hasOwn(variables, name)) return variables[name] ?? null;
    const known = Object.keys(variables).join(', ') || 'none';
    throw new ExpressionError(`There is no \`${name}\` here; known names: ${known}.`);
  }

  #object(entries: readonly (readonly [Expression, Expression])[]): JsonObject {
    const object: JsonObject = {};
    for (const [key, item] of entries) {
      setOwn(object, this.#budget.stringify(this.value(key)), this.value(item));
    }
    return object;
  }

  #binary(operator: BinaryOperator, leftAst: Expression, rightAst: Expression): JsonValue {
    const left = this.value(leftAst);
    // As in Python, these give one of their operands: `name or "nobody"`.
    if (operator === 'and') return isTruthy(left) ? this.value(rightAst) : left;
    if (operator === 'or') return isTruthy(left) ? left : this.value(rightAst);
    const right = this.value(rightAst);
    switch (operator) {
      case '==':
        return jsonEquals(left, right);
      case '!=':
        return !jsonEquals(left, right);
      case '<':
        return compare(left, right) < 0;
      case '>':
        return compare(left, right) > 0;
      case '<=':
        return compare(left, right) <= 0;
      case '>=':
        return compare(left, right) >= 0;
      case 'in':
        return contains(right, left);
      case 'not in':
        return !contains(right, left);
      case '+':
        return this.#add(left, right);
      case '-':
      case '*':
      case '/':
      case '%':
        return arithmetic(operator, left, right);
    }
  }

  #add(left: JsonValue, right: JsonValue): JsonValue {
    if (typeof left === 'number' && typeof right === 'number') return finite(left + right);
    if (Array.isArray(left) && Array.isArray(right)) {
      this.#budget.items(left.length + right.length);
      return [...left, ...right];
    }
    if (typeof left === 'string' || typeof right === 'string') {
      const [a, b] = [this.#budget.stringify(left), this.#budget.stringify(right)];
      this.#budget.chars(a.length + b.length);
      return a + b;
    }
    throw new ExpressionError(`\`+\` cannot add ${typeWord(left)} and ${typeWord(right)}.`);
  }

  #call({ name, args, named }: Extract<Expression, { kind: 'call' }>): JsonValue {
    const values = args.map((arg) => this.value(arg));
    const { functions } = this.#context;
    if (functions && Object.hasOwn(functions, name)) return functions[name]?.(...values) ?? null;
    return callFunction({
      name,
      args: values,
      named: new Map(named.map(([key, item]) => [key, this.value(item)])),
      budget: this.#budget,
    });
  }
}

const fieldOf = (value: JsonValue, name: string): JsonValue =>
  isJsonObject(value) ? (readKey(value, name) ?? null) : null;

/** Lists and texts by number, from the end when it is negative; objects by key. */
function itemOf(value: JsonValue, index: JsonValue): JsonValue {
  if (typeof index === 'string') return fieldOf(value, index);
  if (typeof index !== 'number') {
    throw new ExpressionError(`An index is a number or a text; this one is ${typeWord(index)}.`);
  }
  return Array.isArray(value) || typeof value === 'string' ? (value.at(index) ?? null) : null;
}

function numeric(operator: string, value: JsonValue): number {
  if (typeof value === 'number') return value;
  throw new ExpressionError(`\`${operator}\` takes numbers; it was given ${typeWord(value)}.`);
}

function arithmetic(operator: '-' | '*' | '/' | '%', left: JsonValue, right: JsonValue): number {
  const [a, b] = [numeric(operator, left), numeric(operator, right)];
  if ((operator === '/' || operator === '%') && b === 0)
    throw new ExpressionError('Division by 0.');
  switch (operator) {
    case '-':
      return finite(a - b);
    case '*':
      return finite(a * b);
    case '/':
      return finite(a / b);
    case '%':
      return finite(a % b);
  }
}
