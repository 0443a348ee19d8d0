import type { LogLine } from './log-model.ts';
import { plainOf, type Range } from './log-segments.ts';

/** One place where the words stand. */
export interface LogHit {
  /** Index of the line in what is shown. */
  readonly line: number;
  /** Which hit of the line it is: 0, 1, … */
  readonly hit: number;
}

/** More hits than this help nobody. */
export const HITS_MAX = 20_000;
/** Between two looks at the clock. */
const LINES_AT_ONCE = 200;

/**
 * Looks for words in a log, in small letters or capitals, a little at a time: a long log must not keep the page from
 * answering. Lines that come later are searched when it goes on; a line that grew is searched anew.
 */
export class LogSearch {
  /** Null: these words cannot be searched for; see `problem`. */
  readonly pattern: RegExp | null;
  readonly #lines: readonly LogLine[];
  readonly #hits: LogHit[] = [];
  #next = 0;
  /** Lines that were searched before they were whole, and what they were then. */
  #unfinished: { readonly index: number; readonly text: string }[] = [];

  /** @param lines may grow at its end */
  constructor(lines: readonly LogLine[], words: string, isRegex: boolean) {
    this.#lines = lines;
    this.pattern = words === '' ? null : compile(words, isRegex);
    this.problem =
      words !== '' && this.pattern === null ? 'This is no regular expression yet.' : null;
  }

  readonly problem: string | null;

  /** In reading order. */
  get hits(): readonly LogHit[] {
    return this.#hits;
  }

  get isDone(): boolean {
    return (
      this.pattern === null || this.#next >= this.#lines.length || this.#hits.length >= HITS_MAX
    );
  }

  /** Goes on until everything is searched, or its time is over. */
  advance(isTimeOver: () => boolean): void {
    this.#forgetGrown();
    while (!this.isDone) {
      const end = Math.min(this.#lines.length, this.#next + LINES_AT_ONCE);
      for (; this.#next < end; this.#next++) this.#look(this.#next);
      if (isTimeOver()) return;
    }
  }

  #look(index: number): void {
    const line = this.#lines[index];
    if (line === undefined || this.pattern === null) return;
    for (const hit of rangesIn(line.text, this.pattern).keys())
      this.#hits.push({ line: index, hit });
    if (!line.isWhole) this.#unfinished.push({ index, text: line.text });
  }

  /** Goes back to the first line that says something else than when it was searched. */
  #forgetGrown(): void {
    const grown = this.#unfinished.find(({ index, text }) => this.#lines[index]?.text !== text);
    if (grown === undefined) return;
    this.#next = grown.index;
    while ((this.#hits.at(-1)?.line ?? -1) >= grown.index) this.#hits.pop();
    this.#unfinished = this.#unfinished.filter(({ index }) => index < grown.index);
  }
}

/** Where in the plain text of a line the pattern fits. */
export function rangesIn(text: string, pattern: RegExp): Range[] {
  const found: Range[] = [];
  for (const { 0: hit, index } of plainOf(text).matchAll(pattern))
    if (hit !== '') found.push({ from: index, to: index + hit.length });
  return found;
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
