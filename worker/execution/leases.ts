import pg from 'pg';
import { config } from '#server/config.ts';
import { connection } from '#server/db/pool.ts';
import { log } from '#server/log.ts';

/**
 * Renews the leases of all running attempts of this worker, on a connection of its own, so that a busy pool never
 * costs a lease. An attempt whose lease is somebody else's, or nobody's, is told so once.
 */
export class Leases implements AsyncDisposable {
  readonly #workerId: number;
  readonly #lost = new Map<number, () => void>();
  readonly #timer: NodeJS.Timeout;
  #client: pg.Client | undefined;
  #renewing: Promise<void> | undefined;

  constructor(workerId: number) {
    this.#workerId = workerId;
    this.#timer = setInterval(() => this.#tick(), (config().LEASE_SECONDS * 1000) / 3);
  }

  /** @param onLost called when another worker, or the sweep, has taken the attempt. @returns how to stop renewing */
  hold(attemptId: number, onLost: () => void): Disposable {
    this.#lost.set(attemptId, onLost);
    return { [Symbol.dispose]: () => this.#lost.delete(attemptId) };
  }

  #tick(): void {
    if (this.#renewing !== undefined || this.#lost.size === 0) return;
    this.#renewing = this.#renew()
      .catch((error: unknown) => {
        log.warn({ err: error }, 'leases could not be renewed');
        void this.#client?.end().catch(() => undefined);
        this.#client = undefined;
      })
      .finally(() => {
        this.#renewing = undefined;
      });
  }

  async #renew(): Promise<void> {
    const held = [...this.#lost.keys()];
    const client = await this.#connect();
    const { rows } = await client.query<{ id: number }>(
      `update attempt set lease_expires_at = now() + make_interval(secs => $3)
       where id = any ($1) and worker_id = $2 and status = 'running' returning id`,
      [held, this.#workerId, config().LEASE_SECONDS],
    );
    const ours = new Set(rows.map(({ id }) => id));
    for (const id of held) {
      if (ours.has(id)) continue;
      const onLost = this.#lost.get(id);
      this.#lost.delete(id);
      onLost?.();
    }
  }

  async #connect(): Promise<pg.Client> {
    if (this.#client === undefined) {
      const client = new pg.Client({
        ...connection(),
        application_name: 'attune leases',
        query_timeout: 5_000,
        connectionTimeoutMillis: 5_000,
      });
      client.on('error', () => {
        this.#client = undefined;
      });
      await client.connect();
      this.#client = client;
    }
    return this.#client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
    await this.#client?.end().catch(() => undefined);
  }
}
