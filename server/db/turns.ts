/** A fixed number of turns, taken first come, first served. */
export class Turns {
  #free: number;
  readonly #waiting: ((isMine: boolean) => void)[] = [];

  constructor(total: number) {
    this.#free = total;
  }

  /** @returns whether a turn came within `patienceMs`; who got one gives it back with `end` */
  begin(patienceMs: number): Promise<boolean> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const settle = (isMine: boolean) => {
        clearTimeout(timer);
        resolve(isMine);
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(settle), 1);
        settle(false);
      }, patienceMs);
      this.#waiting.push(settle);
    });
  }

  end(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next(true);
  }
}
