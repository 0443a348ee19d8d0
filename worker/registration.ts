import { hostname } from 'node:os';
import { VERSION } from '#lib/version.ts';
import { config } from '#server/config.ts';
import { sql } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { log } from '#server/log.ts';
import type { ProcessHost } from './host/process-host.ts';
import type { ProbedRuntime } from './runtimes/runtimes.ts';
import type { Slots } from './slots.ts';

const HEARTBEAT_MS = 5_000;

/** Makes this worker's row. Its id names the worker in everything that it writes. */
export async function registerWorker(
  host: ProcessHost,
  runtimes: readonly ProbedRuntime[],
): Promise<number> {
  const [row] = await sql.query<{ id: number }>(
    `insert into worker (name, host, pid, version, slots, isolation, runtimes)
     values ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb) returning id`,
    [
      config().WORKER_NAME ?? `${hostname()}-${process.pid}`,
      hostname(),
      process.pid,
      VERSION,
      config().WORKER_SLOTS,
      JSON.stringify({ ...host.isolation, probes: host.probes }),
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

/** Says every 5 s that this worker lives and how much it runs; disposing says that it has stopped. */
export function keepAlive(
  workerId: number,
  slots: Slots,
  gatewayUrl: string | null,
): AsyncDisposable {
  const beat = (status: string) =>
    sql.query(
      `update worker set last_heartbeat = now(), status = $2, running = $3, rss_bytes = $4, gateway_url = $5 where id = $1`,
      [workerId, status, slots.used, process.memoryUsage.rss(), gatewayUrl],
    );
  const tick = () =>
    void beat(slots.free === 0 ? 'busy' : 'active').catch((error: unknown) =>
      log.warn({ err: error }, 'the sign of life could not be written'),
    );
  tick();
  const timer = setInterval(tick, HEARTBEAT_MS);
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await sql.query(
        `update worker set status = 'inactive', stopped_at = now(), running = 0 where id = $1`,
        [workerId],
      );
      await announce(sql, 'workers');
    },
  };
}
