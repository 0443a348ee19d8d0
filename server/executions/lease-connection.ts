import pg from 'pg';
import { config } from '#server/config.ts';
import { dropClient } from '#server/db/drop-client.ts';
import { connection } from '#server/db/pool.ts';
import type { AttemptFence } from './fence.ts';

const PATIENCE_MS = 5_000;

/** A connection of its own for renewing leases, so that a busy pool never costs one. Opened anew after it broke. */
export class LeaseConnection implements AsyncDisposable {
  #client: pg.Client | undefined;

  /**
   * Renews the leases of running attempts in one statement.
   *
   * @returns the ids of those that are still in these hands; the others are somebody else's or have ended
   */
  async renew(attempts: readonly AttemptFence[]): Promise<ReadonlySet<number>> {
    try {
      const client = await this.#connect();
      const { rows } = await client.query<{ id: number }>(
        `update attempt a set lease_expires_at = clock_timestamp() + make_interval(secs => $4)
         from unnest($1::bigint[], $2::int[], $3::bigint[]) as held (id, worker_id, epoch)
         where a.id = held.id and a.worker_id = held.worker_id and a.epoch = held.epoch and a.status = 'running'
         returning a.id`,
        [
          attempts.map(({ id }) => id),
          attempts.map(({ worker_id: workerId }) => workerId),
          attempts.map(({ epoch }) => epoch),
          config().LEASE_SECONDS,
        ],
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
        if (this.#client === client) this.#client = undefined;
      });
      await client.connect();
      // One locked row must not hold up the renewals of all others for long.
      await client.query(`set lock_timeout = '2s'`);
      this.#client = client;
    }
    return this.#client;
  }

  async #close(): Promise<void> {
    const last = this.#client;
    this.#client = undefined;
    if (last !== undefined) await dropClient(last);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
