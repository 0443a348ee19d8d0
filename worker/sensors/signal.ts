/** A bell for one who waits; ringing while nobody waits is not lost. */
export class Signal {
  #isRung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Resolves when it rings, or after `timeoutMs`; that may be Infinity. */
  async wait(timeoutMs: number): Promise<void> {
    if (!this.#isRung && timeoutMs > 0) {
      await new Promise<void>((resolve) => {
        const timer = Number.isFinite(timeoutMs) ? setTimeout(resolve, timeoutMs) : undefined;
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    this.#isRung = false;
  }
}
