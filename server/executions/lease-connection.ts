import pg from 'pg';
import { config } from '#server/config.ts';
import { connection } from '#server/db/pool.ts';

const PATIENCE_MS = 5_000;

/** A connection of its own for renewing leases, so that a busy pool never costs one. Opened anew after it broke. */
export class LeaseConnection implements AsyncDisposable {
  #client: pg.Client | undefined;

  /**
   * Renews the leases of a worker's running attempts in one statement.
   *
   * @returns the attempts that are still the worker's; the others are somebody else's or have ended
   */
  async renew(workerId: number, attemptIds: readonly number[]): Promise<ReadonlySet<number>> {
    try {
      const client = await this.#connect();
      const { rows } = await client.query<{ id: number }>(
        `update attempt set lease_expires_at = now() + make_interval(secs => $3)
         where id = any ($1) and worker_id = $2 and status = 'running' returning id`,
        [[...attemptIds], workerId, config().LEASE_SECONDS],
      );
      return new Set(rows.map(({ id }) => id));
    } catch (error) {
      await this.#close();
      throw error;
    }
  }

  async #connect(): Promise<pg.Client> {
    if (this.#client === undefined) {
      const client = new pg.Client({
        ...connection(),
        application_name: 'attune leases',
        query_timeout: PATIENCE_MS,
        connectionTimeoutMillis: PATIENCE_MS,
      });
      client.on('error', () => {
        this.#client = undefined;
      });
      await client.connect();
      this.#client = client;
    }
    return this.#client;
  }

  async #close(): Promise<void> {
    const last = this.#client;
    this.#client = undefined;
    await last?.end().catch(() => undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
