import { type BinaryOperator, DEPTH_MAX, ExpressionError } from './syntax.ts';
import type { Token } from './tokens.ts';

const WORDS = new Set(['and', 'or', 'not', 'in', 'if', 'else']);

/** Where a parser stands in its tokens, and how deep. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  protected get token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', offset: 0 };
  }

  protected takeSign(text: string): boolean {
    if (this.token.kind !== 'sign' || this.token.text !== text) return false;
    this.#at++;
    return true;
  }

  protected takeWord(text: string): boolean {
    if (this.token.kind !== 'name' || this.token.text !== text) return false;
    this.#at++;
    return true;
  }

  protected takeName(wanted: string, mayBeWord = false): string {
    const { kind, text } = this.token;
    if (kind !== 'name' || (!mayBeWord && WORDS.has(text))) throw this.unexpected(wanted);
    this.#at++;
    return text;
  }

  protected expect(sign: string): void {
    if (!this.takeSign(sign)) throw this.unexpected(`\`${sign}\``);
  }

  protected unexpected(wanted: string): ExpressionError {
    const { kind, text, offset } = this.token;
    const found = kind === 'end' ? 'the expression ends' : `\`${text}\` stands`;
    return new ExpressionError(`At character ${offset + 1} ${found} instead of ${wanted}.`, offset);
  }

  protected takeOperator(operators: readonly BinaryOperator[]): BinaryOperator | null {
    const { kind, text } = this.token;
    if (kind !== 'sign' && kind !== 'name') return null;
    const next = this.#tokens[this.#at + 1];
    const isNotIn = text === 'not' && next?.kind === 'name' && next.text === 'in';
    const wanted = isNotIn ? 'not in' : text;
    const operator = operators.find((each) => each === wanted) ?? null;
    if (operator !== null) this.#at += isNotIn ? 2 : 1;
    return operator;
  }

  protected deeper<T>(parse: () => T): T {
    if (++this.#depth > DEPTH_MAX) throw tooDeep();
    try {
      return parse();
    } finally {
      this.#depth--;
    }
  }

  /** The token after this one. */
  protected get nextToken(): Token | undefined {
    return this.#tokens[this.#at + 1];
  }

  protected skip(): void {
    this.#at++;
  }
}

const tooDeep = (): ExpressionError =>
  new ExpressionError(`The expression is nested deeper than ${DEPTH_MAX} levels.`);
