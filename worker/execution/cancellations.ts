import { findCancelRequests } from '#server/executions/attempt-progress.ts';
import { onChange } from '#server/live/changes.ts';
import { log } from '#server/log.ts';

const BACKSTOP_MS = 2_000;

export interface CancelRequest {
  readonly by: string;
  readonly reason: string | null;
  readonly isTokenRevoked: boolean;
}

/** Tells running attempts that somebody wants them to end. One query for all of them, when something changed. */
export class Cancellations implements Disposable {
  readonly #workerId: number;
  readonly #waiting = new Map<number, (request: CancelRequest) => void>();
  readonly #stop: () => void;
  readonly #timer: NodeJS.Timeout;
  #looking = false;
  #again = false;

  constructor(workerId: number) {
    this.#workerId = workerId;
    this.#stop = onChange([`worker:${workerId}`], () => void this.#look());
    this.#timer = setInterval(() => void this.#look(), BACKSTOP_MS);
  }

  /** @returns how to stop listening */
  listen(attemptId: number, onCancel: (request: CancelRequest) => void): Disposable {
    this.#waiting.set(attemptId, onCancel);
    return { [Symbol.dispose]: () => this.#waiting.delete(attemptId) };
  }

  async #look(): Promise<void> {
    if (this.#waiting.size === 0) return;
    if (this.#looking) {
      this.#again = true;
      return;
    }
    this.#looking = true;
    try {
      do {
        this.#again = false;
        for (const row of await findCancelRequests(this.#workerId)) {
          const onCancel = this.#waiting.get(row.attempt_id);
          this.#waiting.delete(row.attempt_id);
          onCancel?.({ by: row.by, reason: row.reason, isTokenRevoked: row.token_revoked });
        }
      } while (this.#again);
    } catch (error) {
      log.warn({ err: error }, 'cancel requests could not be read');
    } finally {
      this.#looking = false;
    }
  }

  [Symbol.dispose](): void {
    this.#stop();
    clearInterval(this.#timer);
  }
}
