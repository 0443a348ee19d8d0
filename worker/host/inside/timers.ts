/** Node's own limit; a longer wait is made of several. */
const TIMER_MS_MAX = 2_147_483_647;

/** Timers that do not outlive what they belong to. */
export class Timers {
  #running = new Set<NodeJS.Timeout>();

  after(ms: number, act: () => void): void {
    const timer = setTimeout(
      () => {
        this.#running.delete(timer);
        if (ms > TIMER_MS_MAX) this.after(ms - TIMER_MS_MAX, act);
        else act();
      },
      Math.min(ms, TIMER_MS_MAX),
    );
    this.#running.add(timer);
  }

  clear(): void {
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}
