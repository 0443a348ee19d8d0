import { config } from '#server/config.ts';
import { LeaseConnection } from '#server/executions/lease-connection.ts';
import { log } from '#server/log.ts';

/**
 * Renews the leases of all running attempts of this worker. An attempt whose lease is somebody else's, or nobody's, is
 * told so once.
 */
export class Leases implements AsyncDisposable {
  readonly #workerId: number;
  readonly #connection = new LeaseConnection();
  readonly #held = new Map<number, () => void>();
  readonly #timer: NodeJS.Timeout;
  #renewing: Promise<void> | undefined;

  constructor(workerId: number) {
    this.#workerId = workerId;
    this.#timer = setInterval(() => this.#tick(), (config().LEASE_SECONDS * 1000) / 3);
  }

  /** @param onLost called when another worker, or the sweep, has taken the attempt. @returns how to stop renewing */
  hold(attemptId: number, onLost: () => void): Disposable {
    this.#held.set(attemptId, onLost);
    return { [Symbol.dispose]: () => this.#held.delete(attemptId) };
  }

  #tick(): void {
    if (this.#renewing !== undefined || this.#held.size === 0) return;
    this.#renewing = this.#renew()
      .catch((error: unknown) => log.warn({ err: error }, 'leases could not be renewed'))
      .finally(() => {
        this.#renewing = undefined;
      });
  }

  async #renew(): Promise<void> {
    const held = [...this.#held.keys()];
    const ours = await this.#connection.renew(this.#workerId, held);
    for (const id of held) {
      if (ours.has(id)) continue;
      const onLost = this.#held.get(id);
      this.#held.delete(id);
      onLost?.();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
    await this.#connection[Symbol.asyncDispose]();
  }
}
