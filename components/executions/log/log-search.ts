import type { LogLine } from './log-model.ts';
import { plainOf, type Range } from './log-segments.ts';

export interface LogHits {
  /** Index of the line in what is shown → where in its text. */
  readonly ranges: ReadonlyMap<number, readonly Range[]>;
  /** One entry a hit: the line that it is in, and which hit of the line it is. */
  readonly order: readonly { readonly line: number; readonly hit: number }[];
  /** Why the words cannot be searched for. */
  readonly problem: string | null;
}

export const NO_HITS: LogHits = { ranges: new Map(), order: [], problem: null };

/** More hits than this help nobody. */
const HITS_MAX = 20_000;

/** Plain text per line; a line that grew is read again. */
const plain = new WeakMap<LogLine, { readonly of: string; readonly text: string }>();

export function plainText(line: LogLine): string {
  const known = plain.get(line);
  if (known !== undefined && known.of === line.text) return known.text;
  const text = plainOf(line.text);
  plain.set(line, { of: line.text, text });
  return text;
}

/** Where the words stand, in small letters or capitals. */
export function searchLog(lines: readonly LogLine[], words: string, isRegex: boolean): LogHits {
  if (words === '') return NO_HITS;
  const pattern = compile(words, isRegex);
  if (pattern === null) return { ...NO_HITS, problem: 'This is no regular expression yet.' };
  const ranges = new Map<number, Range[]>();
  const order: { line: number; hit: number }[] = [];
  for (const [index, line] of lines.entries()) {
    const found: Range[] = [];
    for (const match of plainText(line).matchAll(pattern)) {
      if (match[0] === '') continue;
      order.push({ line: index, hit: found.length });
      found.push({ from: match.index, to: match.index + match[0].length });
    }
    if (found.length > 0) ranges.set(index, found);
    if (order.length >= HITS_MAX) break;
  }
  return { ranges, order, problem: null };
}

function compile(words: string, isRegex: boolean): RegExp | null {
  try {
    return new RegExp(
      isRegex ? words : words.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`),
      'gi',
    );
  } catch {
    return null;
  }
}
