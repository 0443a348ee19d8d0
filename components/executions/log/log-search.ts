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
/** Between two looks at the clock, and in one piece of work for another thread. */
const LINES_AT_ONCE = 200;

const NO_RANGES: readonly Range[] = [];

/**
 * What was found in a log so far, whoever looks: a line is looked at once, lines that come later when it goes on, and a
 * line that grew anew.
 */
export class LogSearch {
  /** Null: nothing is searched for, or these words are no pattern; see `problem`. */
  readonly pattern: RegExp | null;
  readonly #lines: readonly LogLine[];
  readonly #hits: LogHit[] = [];
  readonly #ranges = new Map<number, readonly Range[]>();
  #problem: string | null;
  #next = 0;
  /** Lines that were searched before they were whole, and what they were then. */
  #unfinished: { readonly index: number; readonly text: string }[] = [];

  /** @param lines may grow at its end */
  constructor(lines: readonly LogLine[], words: string, isRegex: boolean) {
    this.#lines = lines;
    this.pattern = words === '' ? null : compile(words, isRegex);
    this.#problem =
      words !== '' && this.pattern === null ? 'This is no regular expression yet.' : null;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** In reading order. */
  get hits(): readonly LogHit[] {
    return this.#hits;
  }

  get isDone(): boolean {
    return (
      this.pattern === null ||
      this.#problem !== null ||
      this.#next >= this.#lines.length ||
      this.#hits.length >= HITS_MAX
    );
  }

  /** Where a line was hit; the same array until it is looked at anew. */
  rangesOf(index: number): readonly Range[] {
    return this.#ranges.get(index) ?? NO_RANGES;
  }

  /** What has to be looked at next; none when all is done. */
  next(): readonly string[] {
    this.#forgetGrown();
    if (this.isDone) return [];
    return this.#lines.slice(this.#next, this.#next + LINES_AT_ONCE).map(({ text }) => text);
  }

  /** Takes what was found in each of the lines that `next` gave, which may have grown since. */
  record(texts: readonly string[], found: readonly (readonly Range[])[]): void {
    for (const [at, text] of texts.entries()) {
      const index = this.#next + at;
      const ranges = found[at] ?? NO_RANGES;
      if (ranges.length > 0) this.#ranges.set(index, ranges);
      for (const hit of ranges.keys()) this.#hits.push({ line: index, hit });
      const line = this.#lines[index];
      if (line !== undefined && (!line.isWhole || line.text !== text))
        this.#unfinished.push({ index, text });
    }
    this.#next += texts.length;
  }

  /** Keeps what was found, and says why there is no more. */
  giveUp(problem: string): void {
    this.#problem = problem;
  }

  /** Goes back to the first line that says something else than when it was searched. */
  #forgetGrown(): void {
    const grown = this.#unfinished.find(({ index, text }) => this.#lines[index]?.text !== text);
    if (grown === undefined) return;
    for (let index = grown.index; index < this.#next; index++) this.#ranges.delete(index);
    this.#next = grown.index;
    while ((this.#hits.at(-1)?.line ?? -1) >= grown.index) this.#hits.pop();
    this.#unfinished = this.#unfinished.filter(({ index }) => index < grown.index);
  }
}

/** Looks on until everything is searched, or its time is over: only for patterns that cannot take long on one line. */
export function searchOn(search: LogSearch, isTimeOver: () => boolean): void {
  const { pattern } = search;
  if (pattern === null) return;
  do {
    const texts = search.next();
    if (texts.length === 0) return;
    search.record(
      texts,
      texts.map((text) => rangesIn(text, pattern)),
    );
  } while (!isTimeOver());
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
