/** Numbered places for running attempts. The number picks the user id, so no two running attempts share one. */
export class Slots {
  readonly #free: number[];
  readonly #listeners = new Set<() => void>();
  readonly total: number;

  constructor(total: number) {
    this.total = total;
    this.#free = Array.from({ length: total }, (_, slot) => total - 1 - slot);
  }

  get free(): number {
    return this.#free.length;
  }

  get used(): number {
    return this.total - this.#free.length;
  }

  /** Runs `work` in a free slot and frees it afterwards. @throws Error when none is free: the caller counted wrong */
  async run(work: (slot: number) => Promise<void>): Promise<void> {
    const slot = this.#free.pop();
    if (slot === undefined) throw new Error('No slot is free');
    try {
      await work(slot);
    } finally {
      this.#free.push(slot);
      for (const listener of this.#listeners) listener();
    }
  }

  /** Calls `listener` whenever a slot was freed. @returns how to stop */
  onFree(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
