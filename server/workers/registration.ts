import { hostname } from 'node:os';
import type { Isolation } from '#lib/domain/isolation.ts';
import { VERSION } from '#lib/version.ts';
import { config } from '#server/config.ts';
import { sql } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';

/** What a worker says of itself when it starts. */
export interface WorkerFacts {
  readonly isolation: Isolation;
  /** The trial run of each kind of isolation. */
  readonly probes: readonly unknown[];
  readonly runtimes: readonly {
    readonly name: string;
    readonly version: string | null;
    readonly available: boolean;
    readonly problem: string | null;
  }[];
}

/**
 * Makes a worker's row. Its id names the worker in everything that it writes. One that bears the name of a worker that
 * is cordoned (`WORKER_NAME`) is cordoned from the start: a restart does not undo what an operator asked for.
 */
export async function registerWorker({
  isolation,
  probes,
  runtimes,
}: WorkerFacts): Promise<number> {
  const [row] = await sql.query<{ id: number }>(
    `with before as (
       select cordoned, cordoned_at, cordoned_by, cordoned_by_login, cordon_reason from worker where name = $1 order by id desc limit 1
     )
     insert into worker (name, host, pid, version, slots, isolation, runtimes,
                         cordoned, cordoned_at, cordoned_by, cordoned_by_login, cordon_reason)
     select $1, $2, $3, $4, $5, $6::jsonb, $7::jsonb,
            coalesce(before.cordoned, false), before.cordoned_at, before.cordoned_by, before.cordoned_by_login, before.cordon_reason
     from (select 1) one left join before on true returning id`,
    [
      config().WORKER_NAME ?? `${hostname()}-${process.pid}`,
      hostname(),
      process.pid,
      VERSION,
      config().WORKER_SLOTS,
      JSON.stringify({ ...isolation, probes }),
      JSON.stringify(
        runtimes.map(({ name, version, available, problem }) => ({
          name,
          version,
          available,
          problem,
        })),
      ),
    ],
  );
  if (row === undefined) throw new Error('The worker could not be registered');
  await announce(sql, 'workers');
  return row.id;
}

export interface SignOfLife {
  /** `error` = it takes nothing, for `pausedReason`. */
  readonly status: 'active' | 'busy' | 'error';
  readonly running: number;
  readonly gatewayUrl: string;
  /** Why it starts nothing new, as a sentence; null while it does. */
  readonly pausedReason: string | null;
}

export const recordSignOfLife = (
  workerId: number,
  { status, running, gatewayUrl, pausedReason }: SignOfLife,
): Promise<unknown[]> =>
  sql.query(
    `update worker set last_heartbeat = now(), status = $2, running = $3, rss_bytes = $4, gateway_url = $5, paused_reason = $6
     where id = $1`,
    [workerId, status, running, process.memoryUsage.rss(), gatewayUrl, pausedReason],
  );

export async function recordStop(workerId: number): Promise<void> {
  await sql.query(
    `update worker set status = 'inactive', stopped_at = now(), running = 0 where id = $1`,
    [workerId],
  );
  await announce(sql, 'workers');
}
