import { z } from 'zod';
import type {
  Sensor,
  SensorEnvironment,
  SensorProcess,
  SensorSummary,
} from '#lib/contracts/sensors.ts';
import { EnvironmentVariable, Isolation } from '#lib/contracts/executions.ts';
import type { JsonObject } from '#lib/domain/json.ts';
import { parseParamSchema, redactSecrets } from '#lib/domain/param-schema.ts';
import { readLimits } from '#lib/domain/resource-limits.ts';
import { timestamp, timestampOrNull } from '#server/http/paging.ts';
import { asObject, asObjectOrNull } from '#server/packs/json.ts';
import { presentRuntime } from '#server/packs/runtimes.ts';
import type { SensorRow } from './repository.ts';

type WorkerNames = ReadonlyMap<number, string>;

export function presentSensorSummary(row: SensorRow, workers: WorkerNames): SensorSummary {
  return {
    id: row.id,
    ref: row.ref,
    pack_ref: row.packRef,
    label: row.label,
    description: row.description,
    enabled: row.enabled,
    trigger_refs: row.triggerRefs,
    runner_type: presentRuntime(row.runnerType).runner_type,
    process: presentProcess(row.process, workers),
    created: timestamp(row.createdAt),
    updated: timestamp(row.updatedAt),
  };
}

export const presentSensor = (row: SensorRow, workers: WorkerNames): Sensor => ({
  ...presentSensorSummary(row, workers),
  ...presentRuntime(row.runnerType),
  pack: row.packId,
  entrypoint: row.entrypoint,
  is_adhoc: row.isAdhoc,
  mq: row.mq,
  param_schema: asObjectOrNull(row.paramSchema),
  config: presentConfig(row),
  worker_selector: {},
  worker_tolerations: [],
  worker_affinity: {},
});

function presentConfig({ config, paramSchema }: SensorRow): JsonObject {
  const parsed = parseParamSchema(paramSchema);
  return parsed.ok ? redactSecrets(parsed.schema, asObject(config)) : asObject(config);
}

/** A sensor that no worker has ever run has no row: it is stopped. */
function presentProcess(row: SensorRow['process'], workers: WorkerNames): SensorProcess {
  return {
    status: row?.status ?? 'stopped',
    wanted: row?.wanted === 'stop' ? 'stop' : 'run',
    worker: row?.workerId ?? null,
    worker_name: workers.get(row?.workerId ?? 0) ?? null,
    pid: row?.pid ?? null,
    generation: row?.generation ?? 0,
    lease_expires_at: timestampOrNull(row?.leaseExpiresAt),
    started_at: timestampOrNull(row?.startedAt),
    stopped_at: timestampOrNull(row?.stoppedAt),
    next_restart_at: timestampOrNull(row?.nextRestartAt),
    restarts: row?.restarts ?? 0,
    consecutive_failures: row?.consecutiveFailures ?? 0,
    last_exit_code: row?.lastExitCode ?? null,
    last_signal: row?.lastSignal ?? null,
    last_error: row?.lastError ?? null,
    active_rule_count: row?.activeRuleCount ?? 0,
  };
}

/** Written by workers: what is not as expected is left out, not passed on. */
const Variables = z.array(EnvironmentVariable).catch([]);
const Command = z.array(z.string()).catch([]);
const Isolated = Isolation.nullable().catch(null);

/** Null before the first start. */
export const presentEnvironment = (row: SensorRow['process']): SensorEnvironment | null =>
  row?.environment === null || row === null
    ? null
    : {
        variables: Variables.parse(row.environment),
        command: Command.parse(row.command),
        cwd: row.cwd,
        isolation: Isolated.parse(row.isolation),
        limits: row.limits === null ? null : readLimits(row.limits),
        started_at: timestampOrNull(row.startedAt),
      };
