import { setTimeout as createTimeout, clearTimeout } from 'node:timers';
import type { Log } from './log.ts';
import type { Timers } from './timers.ts';

/** A difference between the wall clock and the steady one that is worth a line. */
const CLOCK_JUMP_MS = 2_000;

/**
 * Wakes the timers on time, by one timeout for all. It looks at the clock at least every
 * `checkIntervalMs`: a timeout counts steady time, and knows nothing of a clock that was set or of a
 * machine that slept.
 */
export class Alarm {
  readonly #timers: Timers;
  readonly #checkIntervalMs: number;
  readonly #log: Log;
  #timeout: NodeJS.Timeout | undefined;
  #skewMs = skewMs();

  constructor(timers: Timers, checkIntervalMs: number, log: Log) {
    this.#timers = timers;
    this.#checkIntervalMs = checkIntervalMs;
    this.#log = log;
  }

  /** To be called after every change of the timers. */
  arm(): void {
    clearTimeout(this.#timeout);
    const dueMs = this.#timers.dueMs;
    const untilDueMs = dueMs === null ? Number.POSITIVE_INFINITY : dueMs - Date.now();
    const waitMs = Math.max(0, Math.min(untilDueMs, this.#checkIntervalMs));
    this.#timeout = createTimeout(() => this.#ring(), waitMs);
  }

  stop(): void {
    clearTimeout(this.#timeout);
  }

  #ring(): void {
    this.#noticeJump();
    this.#timers.tick(Date.now());
    this.arm();
  }

  #noticeJump(): void {
    const now = skewMs();
    const jumpMs = now - this.#skewMs;
    this.#skewMs = now;
    if (Math.abs(jumpMs) < CLOCK_JUMP_MS) return;
    const seconds = Math.round(Math.abs(jumpMs) / 1000);
    this.#log(
      'warn',
      jumpMs > 0
        ? `the clock went ${seconds} s forward, or the machine slept`
        : `the clock was set back by ${seconds} s; a timer waits until its last fire has passed again`,
    );
  }
}

const skewMs = (): number => Date.now() - performance.now();
