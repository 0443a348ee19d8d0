import { ExpressionError, SOURCE_CHARS_MAX } from './syntax.ts';

export interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'sign' | 'end';
  /** The text's value for `text`, otherwise as it stands. */
  readonly text: string;
  readonly offset: number;
}

const SPACE = /\s+/y;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_]\w*/y;
const TEXT = /"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'/y;
const SIGN = /==|!=|<=|>=|[<>+\-*/%()[\]{}.,:|=]/y;

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** @throws ExpressionError that says where the source cannot be read */
export function tokenize(source: string): Token[] {
  if (source.length > SOURCE_CHARS_MAX) {
    throw new ExpressionError(
      `The expression has ${source.length} characters; ${SOURCE_CHARS_MAX} are allowed.`,
    );
  }
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match) at += match[0].length;
    return match;
  };
  for (;;) {
    take(SPACE);
    if (at >= source.length) break;
    const offset = at;
    let match: RegExpExecArray | null;
    if ((match = take(NUMBER))) tokens.push({ kind: 'number', text: match[0], offset });
    else if ((match = take(NAME))) tokens.push({ kind: 'name', text: match[0], offset });
    else if ((match = take(TEXT))) {
      tokens.push({ kind: 'text', text: unescape(match[1] ?? match[2] ?? ''), offset });
    } else if ((match = take(SIGN))) tokens.push({ kind: 'sign', text: match[0], offset });
    else throw new ExpressionError(unreadable(source, offset), offset);
  }
  tokens.push({ kind: 'end', text: '', offset: source.length });
  return tokens;
}

const unescape = (text: string): string =>
  text.replaceAll(
    /\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g,
    (_, code: string | undefined, char: string | undefined) =>
      code ? String.fromCharCode(Number.parseInt(code, 16)) : (ESCAPES[char ?? ''] ?? char ?? ''),
  );

function unreadable(source: string, offset: number): string {
  const char = source[offset] ?? '';
  if (char === '"' || char === "'") return `The text from character ${offset + 1} on has no end.`;
  return `\`${char}\` at character ${offset + 1} is not part of the language.`;
}
