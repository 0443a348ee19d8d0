import {
  type BinaryOperator,
  type Expression,
  ExpressionError,
  SOURCE_CHARS_MAX,
} from './syntax.ts';
import { TokenCursor } from './token-cursor.ts';
import { tokenize } from './tokens.ts';

export type ParsedExpression =
  | { readonly ok: true; readonly ast: Expression }
  | { readonly ok: false; readonly message: string; readonly offset: number | null };

/** Reads an expression, with or without `{{ }}` around it. */
export function parseExpression(source: string): ParsedExpression {
  try {
    const bare = source.length > SOURCE_CHARS_MAX + 4 ? source : withoutBraces(source);
    return { ok: true, ast: new Parser(tokenize(bare)).parse() };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { ok: false, message: error.message, offset: error.offset };
  }
}

const withoutBraces = (source: string): string =>
  /^\s*\{\{([\s\S]*)\}\}\s*$/.exec(source)?.[1] ?? source;

const CONSTANTS = new Map<string, null | boolean>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['null', null],
  ['none', null],
  ['None', null],
]);

/** Left-associative operators, loosest first; `not` stands between `and` and the comparisons. */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ['or'],
  ['and'],
  ['==', '!=', '<', '>', '<=', '>=', 'in', 'not in'],
  ['+', '-'],
  ['*', '/', '%'],
];
const COMPARISONS = 2;

class Parser extends TokenCursor {
  parse(): Expression {
    const ast = this.#conditional();
    if (this.token.kind !== 'end') throw this.unexpected('the end');
    return ast;
  }

  /** `a if test else b` */
  #conditional(): Expression {
    return this.deeper(() => {
      const value = this.#level(0);
      if (!this.takeWord('if')) return value;
      const test = this.#level(0);
      if (!this.takeWord('else')) throw this.unexpected('`else`');
      return { kind: 'conditional', test, value, otherwise: this.#conditional() };
    });
  }

  #level(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    if (level === COMPARISONS && this.takeWord('not')) {
      return this.deeper(() => ({ kind: 'not', operand: this.#level(level) }));
    }
    let left = this.#level(level + 1);
    // Chains make deep trees too, but the length of the source bounds them.
    for (;;) {
      const operator = this.takeOperator(operators);
      if (operator === null) return left;
      const right = this.#level(level + 1);
      left = { kind: 'binary', operator, left, right };
    }
  }

  #unary(): Expression {
    let value = this.#signed();
    while (this.takeSign('|')) value = this.#filter(value);
    return value;
  }

  #signed(): Expression {
    if (this.takeSign('-')) {
      return this.deeper(() => ({ kind: 'negate', operand: this.#signed() }));
    }
    return this.#postfix();
  }

  #filter(value: Expression): Expression {
    const name = this.takeName('the name of a filter');
    const { args, named } = this.takeSign('(') ? this.#arguments() : { args: [], named: [] };
    return { kind: 'call', name, args: [value, ...args], named };
  }

  #postfix(): Expression {
    let value = this.#primary();
    for (;;) {
      if (this.takeSign('.')) {
        const token = this.token;
        if (token.kind === 'number' && /^\d+$/.test(token.text)) {
          this.skip();
          const index: Expression = { kind: 'literal', value: Number(token.text) };
          value = { kind: 'index', of: value, index };
        } else {
          value = { kind: 'field', of: value, name: this.takeName('a field', true) };
        }
      } else if (this.takeSign('[')) {
        const index = this.#conditional();
        this.expect(']');
        value = { kind: 'index', of: value, index };
      } else {
        return value;
      }
    }
  }

  #primary(): Expression {
    const token = this.token;
    if (token.kind === 'number') {
      this.skip();
      return { kind: 'literal', value: Number(token.text) };
    }
    if (token.kind === 'text') {
      this.skip();
      return { kind: 'literal', value: token.text };
    }
    if (this.takeSign('(')) {
      const inner = this.#conditional();
      this.expect(')');
      return inner;
    }
    if (this.takeSign('[')) {
      return { kind: 'list', items: this.#listed(']', () => this.#conditional()) };
    }
    if (this.takeSign('{'))
      return { kind: 'object', entries: this.#listed('}', () => this.#entry()) };
    const name = this.takeName('a value');
    const constant = CONSTANTS.get(name);
    if (constant !== undefined) return { kind: 'literal', value: constant };
    if (this.takeSign('(')) return { kind: 'call', name, ...this.#arguments() };
    return { kind: 'name', name };
  }

  #entry(): readonly [Expression, Expression] {
    const key = this.#conditional();
    this.expect(':');
    return [key, this.#conditional()];
  }

  #arguments(): { args: Expression[]; named: (readonly [string, Expression])[] } {
    const named: (readonly [string, Expression])[] = [];
    const args = this.#listed(')', () => {
      const next = this.nextToken;
      if (this.token.kind === 'name' && next?.kind === 'sign' && next.text === '=') {
        const name = this.takeName('a name');
        this.expect('=');
        named.push([name, this.#conditional()]);
        return null;
      }
      return this.#conditional();
    });
    return { args: args.filter((arg) => arg !== null), named };
  }

  #listed<T>(end: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.takeSign(end)) {
      items.push(item());
      if (this.takeSign(',')) continue;
      this.expect(end);
      break;
    }
    return items;
  }
}
