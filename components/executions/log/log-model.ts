import type { LogChunk } from '#lib/contracts/executions.ts';

export type LogStream = LogChunk['stream'];

export interface LogLine {
  /** 1, 2, … in the order in which lines began; it never changes. */
  readonly number: number;
  readonly at: string;
  readonly stream: LogStream;
  readonly attempt: number;
  /** With its escapes, without its line break. */
  text: string;
  /** Until its line break has come, its text may change. */
  isWhole: boolean;
}

/** Older lines are in the download; a tab that is left open must not grow without bound. */
export const LINES_MAX = 400_000;
/** The same for lines that are long. */
export const CHARS_MAX = 64_000_000;
/** Dropped in big steps: cutting an array at its beginning costs as much as it is long. */
const SLACK = 1.1;
/** More of one line is in the download. */
export const LINE_CHARS_MAX = 10_000;

/** The lines of an output, made of chunks that cut it anywhere. */
export class LogModel {
  #lines: LogLine[] = [];
  readonly #unfinished = new Map<string, LogLine>();
  #lastSeq = -1;
  #dropped = 0;
  #chars = 0;

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  /** How many lines from the beginning are only in the download. */
  get dropped(): number {
    return this.#dropped;
  }

  /** A chunk that came already, from a connection before, changes nothing. */
  append(chunk: LogChunk): void {
    if (chunk.seq <= this.#lastSeq) return;
    this.#lastSeq = chunk.seq;
    const pieces = chunk.text.split('\n');
    for (const [index, piece] of pieces.entries()) {
      const isLast = index === pieces.length - 1;
      // What follows the last line break is the beginning of a line only once it holds something.
      if (isLast && piece === '') break;
      this.#write(chunk, piece, !isLast);
    }
    if (this.#lines.length > LINES_MAX * SLACK || this.#chars > CHARS_MAX * SLACK) this.#drop();
  }

  #drop(): void {
    let from = Math.max(0, this.#lines.length - LINES_MAX);
    for (const { text } of this.#lines.slice(0, from)) this.#chars -= text.length;
    for (; this.#chars > CHARS_MAX && from < this.#lines.length; from++)
      this.#chars -= this.#lines[from]?.text.length ?? 0;
    this.#lines = this.#lines.slice(from);
    this.#dropped += from;
  }

  /** Streams are written in turns: what one left unfinished goes on there, and not in the line of another. */
  #write(chunk: LogChunk, piece: string, isFinished: boolean): void {
    const key = `${chunk.attempt} ${chunk.stream}`;
    let line = this.#unfinished.get(key);
    if (line === undefined) {
      line = {
        number: this.#dropped + this.#lines.length + 1,
        at: chunk.at,
        stream: chunk.stream,
        attempt: chunk.attempt,
        text: '',
        isWhole: false,
      };
      this.#lines.push(line);
    }
    const before = line.text.length;
    line.text = afterReturn(line.text + piece, isFinished).slice(0, LINE_CHARS_MAX);
    line.isWhole = isFinished;
    this.#chars += line.text.length - before;
    if (isFinished) this.#unfinished.delete(key);
    else this.#unfinished.set(key, line);
  }
}

/** A carriage return begins the line anew, as progress bars do; one at the end may belong to the line break. */
function afterReturn(text: string, isFinished: boolean): string {
  const whole = isFinished && text.endsWith('\r') ? text.slice(0, -1) : text;
  const tail = whole.endsWith('\r') ? whole.length - 2 : whole.length - 1;
  const from = whole.lastIndexOf('\r', tail);
  return from === -1 ? whole : whole.slice(from + 1);
}
