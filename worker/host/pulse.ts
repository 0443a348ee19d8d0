/** How often the host is asked for a sign of life. */
const BEAT_MS = 3_000;
/** After so many beats without an answer, and one more interval, it hangs: 15 s. */
const MISSED_MAX = 4;

interface PulseOptions {
  readonly ask: () => void;
  /** Called once; the pulse is over then. */
  readonly onSilence: () => void;
}

/**
 * Notices a process host that lives and does nothing any more: its clocks are the only ones that end a process in
 * time. Silence is counted in beats that we asked for and not in seconds, so that a worker that was stopped itself
 * does not take its own absence for the host's.
 */
export class Pulse implements Disposable {
  readonly #timer: NodeJS.Timeout;
  #missed = 0;

  constructor({ ask, onSilence }: PulseOptions) {
    this.#timer = setInterval(() => {
      if (this.#missed >= MISSED_MAX) {
        this[Symbol.dispose]();
        onSilence();
        return;
      }
      this.#missed += 1;
      ask();
    }, BEAT_MS).unref();
  }

  /** Whatever the host says is a sign of life. */
  heard(): void {
    this.#missed = 0;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
