import { z } from 'zod';
import { Isolation } from '#lib/contracts/executions.ts';
import type { WorkerStatus } from '#lib/contracts/workers.ts';
import { type WorkerHealth, type WorkerSummary } from '#lib/contracts/workers.ts';
import { config } from '#server/config.ts';
import { timestamp, timestampOrNull } from '#server/http/paging.ts';
import { STALE_SECONDS, type WorkerRow } from './repository.ts';

const Runtimes = z
  .array(
    z.object({
      name: z.string(),
      version: z
        .string()
        .nullish()
        .transform((version) => version ?? null),
      available: z.boolean(),
      problem: z
        .string()
        .nullish()
        .transform((problem) => problem ?? null),
    }),
  )
  .catch([]);

const UNKNOWN_ISOLATION = { kind: 'none', ownUserId: false, description: 'not known' } as const;

const STATUS: Record<WorkerHealth, z.infer<typeof WorkerStatus>> = {
  active: 'active',
  busy: 'busy',
  cordoned: 'active',
  error: 'error',
  inactive: 'inactive',
  offline: 'inactive',
};

/** A lease is renewed to its full length, so what has gone of it is its age. */
const leaseAge = (leftSeconds: number | null): number | null =>
  leftSeconds === null ? null : Math.max(0, Math.round(config().LEASE_SECONDS - leftSeconds));

export function presentWorker(row: WorkerRow): WorkerSummary {
  const runtimes = Runtimes.parse(row.runtimes);
  const active = row.running + row.canceling;
  return {
    id: row.id,
    name: row.name,
    host: row.host,
    port: null,
    pid: row.pid,
    version: row.version,
    worker_role: 'action',
    worker_type: 'local',
    status: STATUS[row.health],
    health_state: row.health,
    cordoned: row.cordoned,
    cordon_reason: row.cordon_reason,
    cordoned_at: timestampOrNull(row.cordoned_at),
    cordoned_by: row.cordoned_by,
    cordoned_by_login: row.cordoned_by_login,
    // What a worker said before it went is no news.
    paused_reason: row.health === 'offline' ? null : row.paused_reason,
    lease_age_seconds: leaseAge(row.lease_left_seconds),
    heartbeat_stale: row.heartbeat_age_seconds > STALE_SECONDS,
    heartbeat_age_seconds: row.heartbeat_age_seconds,
    last_heartbeat: timestamp(row.last_heartbeat),
    load: {
      requested: 0,
      scheduling: 0,
      scheduled: 0,
      running: row.running,
      canceling: row.canceling,
      total_active: active,
      max_concurrent_executions: row.slots,
      sensor_processes_running: row.sensors,
      utilization_percent: row.slots === 0 ? 0 : Math.round((100 * active) / row.slots),
    },
    slots: row.slots,
    supported_runtimes: runtimes
      .filter(({ available }) => available)
      .map(({ name, version }) => ({ name, versions: version === null ? [] : [version] })),
    runtimes,
    isolation: Isolation.catch(UNKNOWN_ISOLATION).parse(row.isolation),
    gateway_url: row.gateway_url,
    rss_bytes: row.rss_bytes,
    started_at: timestamp(row.started_at),
    stopped_at: timestampOrNull(row.stopped_at),
    created: timestamp(row.started_at),
    updated: timestamp(row.last_heartbeat),
  };
}
