import { onChange } from '#server/live/changes.ts';
import { log } from '#server/log.ts';
import { isCordoned } from '#server/workers/cordon.ts';

/** The announcement may be missed; the claim itself refuses, so a late look costs a bell rung twice at most. */
const LOOK_MS = 5_000;

/** Knows whether this worker is cordoned; looks when somebody says so, and every 5 s. */
export class Cordon implements Disposable {
  readonly #workerId: number;
  readonly #listeners = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;
  readonly #stopListening: () => void;
  #isClosed = false;

  constructor(workerId: number) {
    this.#workerId = workerId;
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
    this.#timer.unref();
    this.#stopListening = onChange([`worker:${workerId}`], () => void this.#look());
    void this.#look();
  }

  /** As of the last look. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Calls `listener` whenever the worker was cordoned or uncordoned. @returns how to stop */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #look(): Promise<void> {
    try {
      const isClosed = await isCordoned(this.#workerId);
      if (isClosed === this.#isClosed) return;
      this.#isClosed = isClosed;
      log.info({ workerId: this.#workerId }, isClosed ? 'cordoned' : 'uncordoned');
      for (const listener of this.#listeners) listener();
    } catch (error) {
      log.warn({ err: error }, 'whether this worker is cordoned could not be asked');
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#stopListening();
    this.#listeners.clear();
  }
}
