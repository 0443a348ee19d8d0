import pg from 'pg';
import { config } from '#server/config.ts';
import { dropClient } from '#server/db/drop-client.ts';
import { connection } from '#server/db/pool.ts';
import type { AttemptFence } from './fence.ts';

const PATIENCE_MS = 5_000;

/** `unknown`: ours as far as one can see, but somebody is at it right now; it was not renewed. */
export type LeaseState = 'renewed' | 'unknown';

/** A connection of its own for renewing leases, so that a busy pool never costs one. Opened anew after it broke. */
export class LeaseConnection implements AsyncDisposable {
  /** Opened once for all who ask meanwhile. */
  #client: Promise<pg.Client> | undefined;

  /**
   * Renews the leases of running attempts in one statement. Rows that somebody has locked hold up nobody: the next
   * renewal tells what became of them.
   *
   * @returns what is known of each; one that is missing is somebody else's, or has ended
   */
  async renew(attempts: readonly AttemptFence[]): Promise<ReadonlyMap<number, LeaseState>> {
    try {
      const client = await this.#connect();
      const { rows } = await client.query<{ id: number; state: LeaseState }>(
        `with ours as (
           select a.id from attempt a join unnest($1::bigint[], $2::int[], $3::bigint[]) as held (id, worker_id, epoch)
             on a.id = held.id and a.worker_id = held.worker_id and a.epoch = held.epoch and a.status = 'running'
         ), free as (
           select id from attempt where id in (select id from ours) and status = 'running'
           for no key update skip locked
         ), renewed as (
           update attempt a set lease_expires_at = clock_timestamp() + make_interval(secs => $4)
           from free where a.id = free.id
           returning a.id
         )
         select id, case when id in (select id from renewed) then 'renewed' else 'unknown' end as state from ours`,
        [
          attempts.map(({ id }) => id),
          attempts.map(({ worker_id: workerId }) => workerId),
          attempts.map(({ epoch }) => epoch),
          config().LEASE_SECONDS,
        ],
      );
      return new Map(rows.map(({ id, state }) => [id, state]));
    } catch (error) {
      await this.#close();
      throw error;
    }
  }

  #connect(): Promise<pg.Client> {
    if (this.#client === undefined) {
      const opened = this.#open(() => {
        if (this.#client === opened) this.#client = undefined;
      });
      this.#client = opened;
    }
    return this.#client;
  }

  async #open(onBroken: () => void): Promise<pg.Client> {
    const client = new pg.Client({
      ...connection(),
      application_name: 'attune leases',
      query_timeout: PATIENCE_MS,
      connectionTimeoutMillis: PATIENCE_MS,
    });
    client.on('error', onBroken);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await dropClient(client);
      throw error;
    }
  }

  async #close(): Promise<void> {
    const last = this.#client;
    this.#client = undefined;
    const client = await last?.catch(() => undefined); // it was never opened
    if (client !== undefined) await dropClient(client);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
