import type { Action, ActionSearchHit, ActionSummary } from '#lib/contracts/actions.ts';
import { readConcurrency } from '#lib/domain/concurrency.ts';
import { readLimits } from '#lib/domain/resource-limits.ts';
import type { Action as ActionRow } from '#server/db/generated/client.ts';
import { timestamp } from '#server/http/paging.ts';
import { asObject, asObjectOrNull } from '#server/packs/json.ts';
import { presentRuntime } from '#server/packs/runtimes.ts';

type Visibility = ActionSummary['reference_visibility'];

export const presentActionSummary = (row: ActionRow): ActionSummary => ({
  id: row.id,
  ref: row.ref,
  pack_ref: row.packRef,
  label: row.label,
  description: row.description,
  enabled: row.enabled,
  entrypoint: row.entrypoint,
  ...presentRuntime(row.runnerType),
  timeout_seconds: row.timeoutSeconds,
  tags: row.tags,
  default_execution_permission_set_refs: row.defaultExecutionPermissionSetRefs,
  reference_visibility: row.referenceVisibility as Visibility,
  reference_allowed_pack_refs: row.referenceAllowedPackRefs,
  accesses_mcp: false,
  required_worker_runtimes: {},
  worker_selector: {},
  worker_tolerations: [],
  worker_affinity: {},
  workflow_def: null,
  created: timestamp(row.createdAt),
  updated: timestamp(row.updatedAt),
});

export const presentAction = (row: ActionRow): Action => ({
  ...presentActionSummary(row),
  pack: row.packId,
  is_adhoc: row.isAdhoc,
  param_schema: asObjectOrNull(row.paramSchema),
  out_schema: asObjectOrNull(row.outSchema),
  parameter_delivery: row.parameterDelivery as Action['parameter_delivery'],
  parameter_format: row.parameterFormat as Action['parameter_format'],
  output_format: row.outputFormat as Action['output_format'],
  queue_timeout_seconds: row.queueTimeoutSeconds,
  max_retries: row.maxRetries,
  idempotent: row.idempotent,
  retry_on_timeout: row.retryOnTimeout,
  retry: asObject(row.retry),
  deadline_seconds: row.deadlineSeconds,
  cancellation_policy: row.cancellationPolicy as Action['cancellation_policy'],
  concurrency: readConcurrency(row.concurrency),
  env: asObject(row.env) as Record<string, string>,
  limits: readLimits(row.limits),
});

export const presentSearchHit = (row: ActionRow): ActionSearchHit => ({
  ref: row.ref,
  label: row.label,
  description: row.description,
  pack_ref: row.packRef,
  runtime_ref: presentRuntime(row.runnerType).runtime_ref,
  reference_visibility: row.referenceVisibility as Visibility,
  accesses_mcp: false,
  is_workflow: false,
});
