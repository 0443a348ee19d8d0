import { countThreadsOfUser } from '../processes.ts';

const COUNT_AGAIN_MS = 1_000;

/** How many threads our own user has, as the kernel counts them for his limit of processes; at most a second old. */
export class UserThreads {
  #countedAt = -Infinity;
  #threads = 0;

  count(): number {
    const now = performance.now();
    if (now - this.#countedAt >= COUNT_AGAIN_MS) {
      this.#threads = countThreadsOfUser(process.getuid?.() ?? 0);
      this.#countedAt = now;
    }
    return this.#threads;
  }
}
