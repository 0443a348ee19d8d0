/** The last bytes of a stream that may be longer than memory, for the result. */
export class Tail {
  readonly #max: number;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #dropped = 0;

  /** @param max bytes that are kept */
  constructor(max: number) {
    this.#max = max;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    // The last bytes matter: the result is the last line, and so is the error.
    while (this.#size - (this.#chunks[0]?.length ?? 0) >= this.#max) {
      const first = this.#chunks.shift();
      this.#size -= first?.length ?? 0;
      this.#dropped += first?.length ?? 0;
    }
    if (this.#chunks.length > 1_000) this.#chunks = [Buffer.concat(this.#chunks)];
  }

  /** Bytes that are gone. */
  get droppedBytes(): number {
    return this.#dropped + Math.max(this.#size - this.#max, 0);
  }

  /** The last bytes as text; bytes that are not UTF-8 are replaced. */
  text(): string {
    const bytes = Buffer.concat(this.#chunks);
    return new TextDecoder().decode(bytes.subarray(Math.max(bytes.length - this.#max, 0)));
  }
}
