import type { ResourceLimits } from '#lib/domain/resource-limits.ts';
import { inTransaction, sql, type Tx } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { barredWorker, NOT_BARRED } from '#server/workers/cordon.ts';
import { endSensorTokens, endTokensOfDeleted } from './process-tokens.ts';

/**
 * `starting` and `running`: a process is about to be, or is. `backoff`: it ended unasked and waits for its next start.
 * `failed`: it could not be started at all. `stopped`: nobody needs it.
 */
export type SensorStatus = 'starting' | 'running' | 'stopped' | 'failed' | 'backoff';

/** Names the worker and its generation in every write; a write of an older generation matches no row. */
export interface SensorLease {
  readonly sensorId: number;
  readonly workerId: number;
  readonly generation: number;
}

const MINE = 'sensor_id = $1 and worker_id = $2 and generation = $3';
const facts = ({ sensorId, workerId, generation }: SensorLease) => [sensorId, workerId, generation];

export interface TakenSensor extends SensorLease {
  readonly failures: number;
  /** How long the last crash still asks to wait; 0 or less: not at all. */
  readonly waitMs: number;
  readonly hasRun: boolean;
}

/**
 * Takes a sensor that no worker holds, or whose worker no longer renews its lease. What the previous process was
 * given ends here.
 *
 * @returns null when another worker holds it, or this one is cordoned
 */
export const takeSensor = (
  sensorId: number,
  workerId: number,
  leaseSeconds: number,
): Promise<TakenSensor | null> =>
  inTransaction(async (tx) => {
    await tx.query('insert into sensor_process (sensor_id) values ($1) on conflict do nothing', [
      sensorId,
    ]);
    const [row] = await tx.query<{
      generation: number;
      failures: number;
      wait_ms: number;
      has_run: boolean;
    }>(
      `with ${barredWorker('$2')}
       update sensor_process
       set worker_id = $2, generation = generation + 1, updated = now(), token_jti = null,
           lease_expires_at = clock_timestamp() + make_interval(secs => $3)
       where ${NOT_BARRED} and sensor_id = $1 and (lease_expires_at is null or lease_expires_at <= clock_timestamp())
       returning generation, consecutive_failures as failures, started_at is not null as has_run,
         coalesce(extract(epoch from next_restart_at - clock_timestamp()) * 1000, 0)::int as wait_ms`,
      [sensorId, workerId, leaseSeconds],
    );
    if (row === undefined) return null;
    await endSensorTokens(tx, sensorId, 'taken_over');
    await announce(tx, 'sensors', `sensor:${sensorId}`);
    const { generation, failures, wait_ms: waitMs, has_run: hasRun } = row;
    return { sensorId, workerId, generation, failures, waitMs, hasRun };
  });

/** @returns those that are still ours, and whether the token of each is in its last hour */
export const renewLeases = (
  workerId: number,
  leases: readonly SensorLease[],
  leaseSeconds: number,
): Promise<{ sensor_id: number; generation: number; token_due: boolean }[]> =>
  sql.query(
    `update sensor_process p set lease_expires_at = clock_timestamp() + make_interval(secs => $4)
     from unnest($2::int[], $3::int[]) as mine (sensor_id, generation)
     where p.sensor_id = mine.sensor_id and p.generation = mine.generation and p.worker_id = $1
     returning p.sensor_id, p.generation, coalesce((select t.expires_at < clock_timestamp() + interval '1 hour'
       from token t where t.jti = p.token_jti), false) as token_due`,
    [
      workerId,
      leases.map(({ sensorId }) => sensorId),
      leases.map(({ generation }) => generation),
      leaseSeconds,
    ],
  );

/** What is about to be started, as it will be; the token and other secrets masked. */
export interface SensorStart {
  readonly environment: readonly object[];
  readonly command: readonly string[];
  readonly cwd: string;
  readonly isolation: object;
  readonly limits: ResourceLimits;
}

/** @returns false when the sensor is no longer ours: do not start */
export const recordStart = async (lease: SensorLease, start: SensorStart): Promise<boolean> => {
  const rows = await sql.query(
    `update sensor_process set environment = $4::jsonb, command = $5::jsonb, cwd = $6, isolation = $7::jsonb,
       limits = $8::jsonb, updated = now()
     where ${MINE} returning 1`,
    [
      ...facts(lease),
      JSON.stringify(start.environment),
      JSON.stringify(start.command),
      start.cwd,
      JSON.stringify(start.isolation),
      JSON.stringify(start.limits),
    ],
  );
  return rows.length === 1;
};

interface SensorRunning {
  readonly startedAt: Date;
  readonly ruleCount: number;
  /** That of the process itself, which may be weaker than that of its worker. */
  readonly isolation: object;
}

export const recordRunning = (
  lease: SensorLease,
  { startedAt, ruleCount, isolation }: SensorRunning,
): Promise<void> =>
  change(
    lease,
    `status = 'running', started_at = $4, stopped_at = null, active_rule_count = $5, isolation = $6::jsonb`,
    [startedAt, ruleCount, JSON.stringify(isolation)],
  );

export const recordRuleCount = (lease: SensorLease, ruleCount: number): Promise<void> =>
  change(lease, 'active_rule_count = $4', [ruleCount]);

/** It has run well for long enough. */
export const forgetFailures = (lease: SensorLease): Promise<void> =>
  change(lease, 'consecutive_failures = 0', []);

export interface SensorEnd {
  readonly status: SensorStatus;
  /** Null when it did not end by itself. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Null keeps what the last failure said. */
  readonly error: string | null;
  readonly failures: number;
  /** Null: it is not started again by the clock. */
  readonly restartInMs: number | null;
  readonly tokenEndReason: string;
  /** True gives the sensor back: any worker may take it. */
  readonly release: boolean;
}

/** The end of a process and the end of its tokens commit together. A sensor that is no longer ours is left alone. */
export const recordEnd = (lease: SensorLease, end: SensorEnd): Promise<void> =>
  inTransaction(async (tx) => {
    const rows = await tx.query(
      `update sensor_process
       set status = $4, last_exit_code = coalesce($5, last_exit_code), last_signal = $6, last_error = coalesce($7, last_error),
           consecutive_failures = $8, next_restart_at = clock_timestamp() + make_interval(secs => $9::float8 / 1000),
           stopped_at = clock_timestamp(), token_jti = null, pid = null, updated = now(),
           active_rule_count = case when $10 then 0 else active_rule_count end,
           worker_id = case when $10 then null else worker_id end,
           lease_expires_at = case when $10 then null else lease_expires_at end
       where ${MINE} returning 1`,
      [
        ...facts(lease),
        end.status,
        end.exitCode,
        end.signal,
        end.error,
        end.failures,
        end.restartInMs,
        end.release,
      ],
    );
    if (rows.length === 0) return endTokensOfDeleted(tx);
    await endSensorTokens(tx, lease.sensorId, end.tokenEndReason);
    await announce(tx, 'sensors', `sensor:${lease.sensorId}`);
  });

/** Gives back a sensor that has no process. */
export const releaseSensor = (lease: SensorLease): Promise<void> =>
  change(
    lease,
    `status = 'stopped', worker_id = null, lease_expires_at = null, next_restart_at = null, active_rule_count = 0`,
    [],
  );

/** `changes` is SQL of this file; its values begin at $4. */
const change = (lease: SensorLease, changes: string, values: readonly unknown[]): Promise<void> =>
  inTransaction(async (tx: Tx) => {
    const rows = await tx.query(
      `update sensor_process set ${changes}, updated = now() where ${MINE} returning 1`,
      [...facts(lease), ...values],
    );
    if (rows.length === 1) await announce(tx, 'sensors', `sensor:${lease.sensorId}`);
  });
