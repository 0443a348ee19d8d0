import type { Rule, RuleSummary, RuleVersion } from '#lib/contracts/rules.ts';
import type { JsonObject } from '#lib/domain/json.ts';
import type { Rule as RuleRow, RuleVersion as VersionRow } from '#server/db/generated/client.ts';
import { timestamp } from '#server/http/paging.ts';
import { asObject } from '#server/packs/json.ts';

export const presentRuleSummary = (row: RuleRow): RuleSummary => ({
  id: row.id,
  ref: row.ref,
  pack_ref: row.packRef,
  label: row.label,
  description: row.description,
  enabled: row.enabled,
  trigger_ref: row.triggerRef,
  action_ref: row.actionRef,
  trigger_params: asObject(row.triggerParams),
  action_params: asObject(row.actionParams),
  permission_set_refs: refsOrNull(row.permissionSetRefs),
  version: row.version,
  created: timestamp(row.createdAt),
  updated: timestamp(row.updatedAt),
});

/** @param ids of what the rule names, null where it is gone */
export const presentRule = (
  row: RuleRow,
  ids: { trigger: number | null; action: number | null },
): Rule => ({
  ...presentRuleSummary(row),
  pack: row.packId,
  ...ids,
  conditions: presentConditions(row.conditions),
  trace_tag_template: row.traceTagTemplate,
  is_adhoc: row.isAdhoc,
  owner_identity: row.ownerIdentityId,
});

export const presentRuleVersion = (row: VersionRow): RuleVersion => ({
  version: row.version,
  rule: row.ruleId,
  rule_ref: row.ruleRef,
  enabled: row.enabled,
  trigger_ref: row.triggerRef,
  action_ref: row.actionRef,
  conditions: presentConditions(row.conditions),
  trigger_params: asObject(row.triggerParams),
  action_params: asObject(row.actionParams),
  permission_set_refs: refsOrNull(row.permissionSetRefs),
  trace_tag_template: row.traceTagTemplate,
  valid_from_revision: Number(row.validFrom),
  valid_until_revision: row.validUntil === null ? null : Number(row.validUntil),
  changed_by: row.changedBy,
  created: timestamp(row.createdAt),
});

/** Typed clients expect an object, and a list of conditions means that all of them must hold. */
function presentConditions(stored: unknown): JsonObject {
  if (!Array.isArray(stored)) return asObject(stored);
  return stored.length === 0 ? {} : { all: stored };
}

const refsOrNull = (stored: unknown): string[] | null =>
  Array.isArray(stored) ? stored.map(String) : null;
