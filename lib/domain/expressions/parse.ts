import { type BinaryOperator, DEPTH_MAX, type Expression, ExpressionError } from './syntax.ts';
import { type Token, tokenize } from './tokens.ts';

export type ParsedExpression =
  | { readonly ok: true; readonly ast: Expression }
  | { readonly ok: false; readonly message: string; readonly offset: number | null };

/** Reads an expression, with or without `{{ }}` around it. */
export function parseExpression(source: string): ParsedExpression {
  try {
    const bare = /^\s*\{\{([\s\S]*)\}\}\s*$/.exec(source)?.[1] ?? source;
    return { ok: true, ast: new Parser(tokenize(bare)).parse() };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { ok: false, message: error.message, offset: error.offset };
  }
}

const WORDS = new Set(['and', 'or', 'not', 'in', 'if', 'else']);

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

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Expression {
    const ast = this.#conditional();
    if (this.#token.kind !== 'end') throw this.#unexpected('the end');
    return ast;
  }

  /** `a if test else b` */
  #conditional(): Expression {
    return this.#deeper(() => {
      const then = this.#level(0);
      if (!this.#takeWord('if')) return then;
      const test = this.#level(0);
      if (!this.#takeWord('else')) throw this.#unexpected('`else`');
      return { kind: 'conditional', test, then, otherwise: this.#conditional() };
    });
  }

  #level(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    if (level === COMPARISONS && this.#takeWord('not')) {
      return this.#deeper(() => ({ kind: 'not', operand: this.#level(level) }));
    }
    let left = this.#level(level + 1);
    // Chains make deep trees too, but the length of the source bounds them.
    for (;;) {
      const operator = this.#takeOperator(operators);
      if (operator === null) return left;
      const right = this.#level(level + 1);
      left = { kind: 'binary', operator, left, right };
    }
  }

  #takeOperator(operators: readonly BinaryOperator[]): BinaryOperator | null {
    const { kind, text } = this.#token;
    if (kind !== 'sign' && kind !== 'name') return null;
    const next = this.#tokens[this.#at + 1];
    const isNotIn = text === 'not' && next?.kind === 'name' && next.text === 'in';
    const wanted = isNotIn ? 'not in' : text;
    const operator = operators.find((each) => each === wanted) ?? null;
    if (operator !== null) this.#at += isNotIn ? 2 : 1;
    return operator;
  }

  #unary(): Expression {
    let value = this.#signed();
    while (this.#takeSign('|')) value = this.#filter(value);
    return value;
  }

  #signed(): Expression {
    if (this.#takeSign('-')) {
      return this.#deeper(() => ({ kind: 'negate', operand: this.#signed() }));
    }
    return this.#postfix();
  }

  #filter(value: Expression): Expression {
    const name = this.#takeName('the name of a filter');
    const { args, named } = this.#takeSign('(') ? this.#arguments() : { args: [], named: [] };
    return { kind: 'call', name, args: [value, ...args], named };
  }

  #postfix(): Expression {
    let value = this.#primary();
    for (;;) {
      if (this.#takeSign('.')) {
        const token = this.#token;
        if (token.kind === 'number' && /^\d+$/.test(token.text)) {
          this.#at++;
          const index: Expression = { kind: 'literal', value: Number(token.text) };
          value = { kind: 'index', of: value, index };
        } else {
          value = { kind: 'field', of: value, name: this.#takeName('a field', true) };
        }
      } else if (this.#takeSign('[')) {
        const index = this.#conditional();
        this.#expect(']');
        value = { kind: 'index', of: value, index };
      } else {
        return value;
      }
    }
  }

  #primary(): Expression {
    const token = this.#token;
    if (token.kind === 'number') {
      this.#at++;
      return { kind: 'literal', value: Number(token.text) };
    }
    if (token.kind === 'text') {
      this.#at++;
      return { kind: 'literal', value: token.text };
    }
    if (this.#takeSign('(')) {
      const inner = this.#conditional();
      this.#expect(')');
      return inner;
    }
    if (this.#takeSign('[')) {
      return { kind: 'list', items: this.#listed(']', () => this.#conditional()) };
    }
    if (this.#takeSign('{')) return { kind: 'object', entries: this.#listed('}', () => this.#entry()) };
    const name = this.#takeName('a value');
    const constant = CONSTANTS.get(name);
    if (constant !== undefined) return { kind: 'literal', value: constant };
    if (this.#takeSign('(')) return { kind: 'call', name, ...this.#arguments() };
    return { kind: 'name', name };
  }

  #entry(): readonly [Expression, Expression] {
    const key = this.#conditional();
    this.#expect(':');
    return [key, this.#conditional()];
  }

  #arguments(): { args: Expression[]; named: (readonly [string, Expression])[] } {
    const named: (readonly [string, Expression])[] = [];
    const args = this.#listed(')', () => {
      const next = this.#tokens[this.#at + 1];
      if (this.#token.kind === 'name' && next?.kind === 'sign' && next.text === '=') {
        const name = this.#takeName('a name');
        this.#expect('=');
        named.push([name, this.#conditional()]);
        return null;
      }
      return this.#conditional();
    });
    return { args: args.filter((arg) => arg !== null), named };
  }

  #listed<T>(end: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.#takeSign(end)) {
      items.push(item());
      if (this.#takeSign(',')) continue;
      this.#expect(end);
      break;
    }
    return items;
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', offset: 0 };
  }

  #takeSign(text: string): boolean {
    if (this.#token.kind !== 'sign' || this.#token.text !== text) return false;
    this.#at++;
    return true;
  }

  #takeWord(text: string): boolean {
    if (this.#token.kind !== 'name' || this.#token.text !== text) return false;
    this.#at++;
    return true;
  }

  #takeName(wanted: string, mayBeWord = false): string {
    const { kind, text } = this.#token;
    if (kind !== 'name' || (!mayBeWord && WORDS.has(text))) throw this.#unexpected(wanted);
    this.#at++;
    return text;
  }

  #expect(sign: string): void {
    if (!this.#takeSign(sign)) throw this.#unexpected(`\`${sign}\``);
  }

  #unexpected(wanted: string): ExpressionError {
    const { kind, text, offset } = this.#token;
    const found = kind === 'end' ? 'the expression ends' : `\`${text}\` stands`;
    return new ExpressionError(`At character ${offset + 1} ${found} instead of ${wanted}.`, offset);
  }

  #deeper(parse: () => Expression): Expression {
    if (++this.#depth > DEPTH_MAX) throw tooDeep();
    try {
      return parse();
    } finally {
      this.#depth--;
    }
  }
}

const tooDeep = (): ExpressionError =>
  new ExpressionError(`The expression is nested deeper than ${DEPTH_MAX} levels.`);
