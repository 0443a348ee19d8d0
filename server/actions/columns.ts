import type { ActionCreate, ActionUpdate } from '#lib/contracts/actions.ts';
import type { JsonObject } from '#lib/domain/json.ts';
import { given } from '#server/packs/given.ts';
import { toColumn, toNullableColumn } from '#server/packs/json.ts';
import { runnerTypeOf } from '#server/packs/runtimes.ts';

/** The columns of a new action; what is left out keeps the database's default. */
export const toNewColumns = (body: ActionCreate) => ({
  ref: body.ref,
  label: body.label,
  entrypoint: body.entrypoint,
  ...toChangedColumns(withoutNulls(body)),
});

/** Absent = as it is. */
export function toChangedColumns(body: ActionUpdate) {
  const runnerType = runnerTypeOf(body);
  return given({
    label: body.label,
    entrypoint: body.entrypoint,
    description: body.description,
    enabled: body.enabled,
    runnerType,
    paramSchema: schema(body.param_schema),
    outSchema: schema(body.out_schema),
    parameterDelivery: body.parameter_delivery,
    parameterFormat: body.parameter_format,
    outputFormat: body.output_format,
    timeoutSeconds: body.timeout_seconds,
    queueTimeoutSeconds: body.queue_timeout_seconds,
    maxRetries: body.max_retries,
    idempotent: body.idempotent,
    retryOnTimeout: body.retry_on_timeout,
    retry: body.retry && toColumn(body.retry as JsonObject),
    deadlineSeconds: body.deadline_seconds,
    cancellationPolicy: body.cancellation_policy,
    concurrency: schema(body.concurrency),
    env: body.env && toColumn(body.env),
    limits: body.limits && toColumn({ ...body.limits }),
    tags: body.tags,
    defaultExecutionPermissionSetRefs: body.default_execution_permission_set_refs,
    referenceVisibility: body.reference_visibility,
    referenceAllowedPackRefs: body.reference_allowed_pack_refs,
  });
}

const schema = (value: JsonObject | null | undefined) =>
  value === undefined ? undefined : toNullableColumn(value);

const withoutNulls = (body: ActionCreate): ActionUpdate =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) as ActionUpdate;
