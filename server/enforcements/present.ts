import type { Enforcement, EnforcementSummary } from '#lib/contracts/enforcements.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '#lib/domain/json.ts';
import { timestamp, timestampOrNull } from '#server/http/paging.ts';
import type { EnforcementRow } from './repository.ts';

export const toSummary = (row: EnforcementRow): EnforcementSummary => ({
  id: row.id,
  rule: row.rule_id,
  rule_ref: row.rule_ref,
  trigger_ref: row.trigger_ref,
  event: row.event_id,
  condition: row.condition,
  status: row.status,
  execution: row.execution_id,
  reason: row.reason?.message ?? null,
  created: timestamp(row.created),
});

export const toEnforcement = (row: EnforcementRow): Enforcement => ({
  ...toSummary(row),
  rule_version: row.rule_version,
  config: row.config,
  payload: row.payload ?? {},
  conditions: asObject(row.conditions),
  reason_details: row.reason?.details ?? null,
  resolved_at: timestampOrNull(row.resolved_at),
});

/** Typed clients read an object here: the reference's list is shown as the group that it means. */
export function asObject(conditions: JsonValue): JsonObject {
  if (Array.isArray(conditions)) return conditions.length === 0 ? {} : { all: conditions };
  return isJsonObject(conditions) ? conditions : {};
}
