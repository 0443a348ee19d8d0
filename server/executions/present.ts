import type {
  Attempt,
  EnvironmentContext,
  Execution,
  ExecutionSummary,
} from '#lib/contracts/executions.ts';
import { EnvironmentVariable, RefusedVariable } from '#lib/contracts/executions.ts';
import { readLimits } from '#lib/domain/resource-limits.ts';
import { timestamp, timestampOrNull } from '#server/http/paging.ts';
import { z } from 'zod';
import type { AttemptRow, SnapshotRow } from './attempt-repository.ts';
import type { ExecutionRow, SummaryRow } from './repository.ts';

export const toSummary = (row: SummaryRow): ExecutionSummary => ({
  id: row.id,
  action_ref: row.action_ref,
  status: row.status,
  created: timestamp(row.created),
  updated: timestamp(row.updated),
  started_at: timestampOrNull(row.started_at),
  finished_at: timestampOrNull(row.finished_at),
  enforcement: row.enforcement_id,
  parent: row.parent_id,
  original_execution: row.rerun_of,
  rule_ref: row.rule_ref,
  trigger_ref: row.trigger_ref,
  trace_tag: row.trace_tag,
  worker: row.worker_id,
  attempt_count: row.attempt_count,
  end_reason: row.end_reason,
  exit_code: row.exit_code,
  error: row.error,
  timeout_seconds: row.timeout_seconds,
  max_retries: row.max_retries,
  idempotent: row.idempotent,
  run_after: timestampOrNull(row.run_after),
  concurrency: limitOf(row),
  kill_unproven: row.kill_unproven,
  workflow_task: null,
});

export const toExecution = (row: ExecutionRow): Execution => ({
  ...toSummary(row),
  action: row.action_id,
  config: row.config,
  env_vars: row.env_vars,
  result: row.result ?? {},
  executor: row.identity_id,
  executor_login: row.identity_login,
  event: row.event_id,
  root: row.root_id,
  permission_set_refs: row.permission_set_refs,
  queue_timeout_seconds: row.queue_timeout_seconds,
  queue_deadline_at: timestampOrNull(row.queue_deadline_at),
  deadline_seconds: row.deadline_seconds,
  deadline_at: timestampOrNull(row.deadline_at),
  retry_on_timeout: row.retry_on_timeout,
  cancellation_policy: row.cancellation_policy,
  cancel_requested_at: timestampOrNull(row.cancel_requested_at),
  cancel_requested_by: row.cancel_requested_by,
  cancel_reason: row.cancel_reason,
  worker_selector: {},
  worker_tolerations: [],
  worker_affinity: {},
});

function limitOf(row: SummaryRow): Execution['concurrency'] {
  const { concurrency_key: key, concurrency_limit: limit, on_limit: onLimit } = row;
  return key === null || limit === null || onLimit === null
    ? null
    : { key, limit, on_limit: onLimit };
}

export const toAttempt = (row: AttemptRow): Attempt => ({
  id: row.id,
  number: row.number,
  status: row.status,
  worker: row.worker_id,
  worker_name: row.worker_name,
  claimed_at: timestamp(row.claimed_at),
  process_started_at: timestampOrNull(row.process_started_at),
  ended_at: timestampOrNull(row.ended_at),
  exit_code: row.exit_code,
  signal: row.signal,
  end_reason: row.end_reason,
  result: row.result ?? {},
  signals: [...(row.ending?.signals ?? [])],
  processes_left: row.ending?.left ?? null,
  processes_ended: row.ending?.processes_ended ?? null,
  kill_proven: row.ending?.kill_proven ?? null,
  kill_unproven: row.ending?.kill_proven === false,
  grace_used_ms: row.ending?.grace_used_ms ?? null,
  cause: row.ending?.cause ?? null,
  isolation: row.isolation,
  limits: readLimits(row.limits),
  stdout_bytes: row.stdout_bytes,
  stderr_bytes: row.stderr_bytes,
  truncated_bytes: row.truncated_bytes,
  masked: row.masked ?? {},
});

export const toEnvironmentContext = (row: SnapshotRow): EnvironmentContext => ({
  attempt: row.attempt,
  variables: z.array(EnvironmentVariable).parse(row.variables),
  refused: z.array(RefusedVariable).parse(row.refused),
  command: row.command,
  cwd: row.cwd,
  user: row.user_name,
  isolation: row.isolation,
  limits: row.limits,
  runtime: row.runtime,
  runtime_version: row.runtime_version,
  pack_version: row.pack_version,
  pack_digest: row.pack_digest,
  created: timestamp(row.created),
});
