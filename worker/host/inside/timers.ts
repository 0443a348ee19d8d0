/** Node's own limit; a longer wait is made of several. */
const TIMER_MS_MAX = 2_147_483_647;

/** Timers that do not outlive what they belong to. */
export class Timers {
  #running = new Set<NodeJS.Timeout>();

  /** Never before: Node counts from the start of the turn in which a timer is made, and so may be milliseconds early. */
  after(ms: number, act: () => void): void {
    this.#wait(performance.now() + ms, act);
  }

  #wait(until: number, act: () => void): void {
    const timer = setTimeout(
      () => {
        this.#running.delete(timer);
        if (performance.now() < until) this.#wait(until, act);
        else act();
      },
      Math.min(Math.ceil(until - performance.now()), TIMER_MS_MAX),
    );
    this.#running.add(timer);
  }

  clear(): void {
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}
