const NEWLINE = 10;
const BRACE = 123;
const NOTHING = Buffer.alloc(0);

/** A line that may be an event, without its end; or bytes that are no such line, ends included. */
export type Piece =
  | { readonly kind: 'object'; readonly line: Buffer; readonly end: Buffer }
  | { readonly kind: 'text'; readonly bytes: Buffer };

/**
 * Takes the lines that begin with `{` out of a stream, whatever its chunks are. Everything else passes at once; a
 * line that gets too long to be an event is text as well.
 */
export class LineSplitter {
  readonly #lineBytesMax: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  #state: 'start' | 'object' | 'text' = 'start';

  constructor(lineBytesMax: number) {
    this.#lineBytesMax = lineBytesMax;
  }

  *split(chunk: Buffer): Generator<Piece> {
    let from = 0;
    while (from < chunk.length) {
      if (this.#state === 'start') this.#state = chunk[from] === BRACE ? 'object' : 'text';
      const newline = chunk.indexOf(NEWLINE, from);
      const to = newline === -1 ? chunk.length : newline;
      const end = newline === -1 ? NOTHING : chunk.subarray(newline, newline + 1);
      if (this.#state === 'object') {
        this.#keep(chunk.subarray(from, to));
        if (newline !== -1 || this.#bytes > this.#lineBytesMax) yield this.#take(end);
        if (newline === -1 && this.#bytes === 0) this.#state = 'text';
      } else {
        yield { kind: 'text', bytes: chunk.subarray(from, to + end.length) };
      }
      if (newline !== -1) this.#state = 'start';
      from = to + end.length;
    }
  }

  /** A last line without its end. */
  *rest(): Generator<Piece> {
    if (this.#bytes > 0) yield this.#take(NOTHING);
    this.#state = 'start';
  }

  #keep(bytes: Buffer): void {
    // A copy: the chunk's memory is used again.
    this.#parts.push(Buffer.from(bytes));
    this.#bytes += bytes.length;
  }

  #take(end: Buffer): Piece {
    const line = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#bytes = 0;
    return line.length > this.#lineBytesMax
      ? { kind: 'text', bytes: Buffer.concat([line, end]) }
      : { kind: 'object', line, end };
  }
}
