import type { LogLine, LogModel, LogStream } from './log-model.ts';

/** The lines of some streams, kept as they come: a long log is not filtered anew with each line. */
export class ShownLines {
  readonly #model: LogModel;
  readonly #streams: ReadonlySet<LogStream>;
  #lines: LogLine[] = [];
  #of: readonly LogLine[] = [];
  #seen = 0;
  #firstError = -1;

  constructor(model: LogModel, streams: ReadonlySet<LogStream>) {
    this.#model = model;
    this.#streams = streams;
  }

  /** The index of the first line of stderr; -1: there is none. */
  get firstError(): number {
    return this.#firstError;
  }

  /** All there are by now: the same array, grown, or another one after lines were dropped at its beginning. */
  update(): readonly LogLine[] {
    const all = this.#model.lines;
    if (all !== this.#of) {
      this.#of = all;
      this.#lines = [];
      this.#seen = 0;
      this.#firstError = -1;
    }
    for (; this.#seen < all.length; this.#seen++) {
      const line = all[this.#seen];
      if (line === undefined || !this.#streams.has(line.stream)) continue;
      if (line.stream === 'stderr' && this.#firstError < 0) this.#firstError = this.#lines.length;
      this.#lines.push(line);
    }
    return this.#lines;
  }
}
