import type { WorkerFilter, WorkerHealth } from '#lib/contracts/workers.ts';
import { type Sql, sql } from '#server/db/sql.ts';

export interface WorkerRow {
  readonly id: number;
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly status: string;
  readonly slots: number;
  readonly isolation: unknown;
  readonly runtimes: unknown;
  readonly gateway_url: string | null;
  readonly rss_bytes: number;
  readonly cordoned: boolean;
  readonly cordoned_at: Date | null;
  readonly cordoned_by: number | null;
  readonly cordoned_by_login: string | null;
  readonly cordon_reason: string | null;
  /** Until the first lease of its runs and sensors ends; null while it holds none. */
  readonly lease_left_seconds: number | null;
  readonly paused_reason: string | null;
  readonly started_at: Date;
  readonly last_heartbeat: Date;
  readonly stopped_at: Date | null;
  readonly health: WorkerHealth;
  readonly heartbeat_age_seconds: number;
  readonly running: number;
  readonly canceling: number;
  readonly sensors: number;
}

/** Seconds without a sign of life: past the first something is wrong, past the second it is gone. */
export const STALE_SECONDS = 15;
const OFFLINE_SECONDS = 30;

/** By the database's clock, since the workers' may differ. */
const SELECT = `
  select * from (
    select w.id, w.name, w.host, w.pid, w.version, w.status, w.slots, w.isolation, w.runtimes, w.gateway_url, w.rss_bytes,
           w.cordoned, w.cordoned_at, w.cordoned_by, w.cordoned_by_login, w.cordon_reason, w.paused_reason, w.started_at, w.last_heartbeat, w.stopped_at,
           greatest(0, floor(extract(epoch from clock_timestamp() - w.last_heartbeat)))::int as heartbeat_age_seconds,
           coalesce(l.running, 0)::int as running, coalesce(l.canceling, 0)::int as canceling, coalesce(s.sensors, 0)::int as sensors,
           extract(epoch from least(l.lease_ends_at, s.lease_ends_at) - clock_timestamp())::float8 as lease_left_seconds,
           case
             when w.stopped_at is not null then 'offline'
             when w.last_heartbeat < clock_timestamp() - interval '${OFFLINE_SECONDS} s' then 'offline'
             when w.last_heartbeat < clock_timestamp() - interval '${STALE_SECONDS} s' then 'inactive'
             when w.status = 'error' then 'error'
             when w.cordoned then 'cordoned'
             when coalesce(l.running, 0) + coalesce(l.canceling, 0) >= w.slots then 'busy'
             else 'active'
           end as health
    from worker w
    left join (select a.worker_id, count(*) filter (where e.status <> 'canceling') as running,
                      count(*) filter (where e.status = 'canceling') as canceling,
                      min(a.lease_expires_at) as lease_ends_at
               from attempt a join execution e on e.id = a.execution_id
               where a.status = 'running' group by a.worker_id) l on l.worker_id = w.id
    left join (select p.worker_id, count(*) filter (where p.status = 'running') as sensors,
                      min(p.lease_expires_at) as lease_ends_at
               from sensor_process p where p.worker_id is not null group by p.worker_id) s on s.worker_id = w.id
  ) w`;

const WHERE = `
  where ($1::text is null or w.health = $1)
    and ($2::text is null or w.status = $2)
    and ($3::boolean is null or w.cordoned = $3)`;

const valuesOf = ({ health_state, status, cordoned }: WorkerFilter) => [
  health_state ?? null,
  status ?? null,
  cordoned ?? null,
];

/** The living first, then those that went last. */
export const listWorkers = (
  filter: WorkerFilter,
  { skip, take }: { skip: number; take: number },
): Promise<WorkerRow[]> =>
  sql.query<WorkerRow>(
    `${SELECT} ${WHERE} order by w.health = 'offline', w.last_heartbeat desc, w.id desc limit $4 offset $5`,
    [...valuesOf(filter), take, skip],
  );

export async function countWorkers(filter: WorkerFilter): Promise<number> {
  const [row] = await sql.query<{ total: number }>(
    `select count(*)::int as total from (${SELECT} ${WHERE}) c`,
    valuesOf(filter),
  );
  return row?.total ?? 0;
}

export async function findWorker(on: Sql, id: number): Promise<WorkerRow | null> {
  const [row] = await on.query<WorkerRow>(`${SELECT} where w.id = $1::int`, [id]);
  return row ?? null;
}
