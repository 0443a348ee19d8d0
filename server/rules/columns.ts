import type { RuleCreate, RuleUpdate } from '#lib/contracts/rules.ts';
import type { JsonObject, JsonValue } from '#lib/domain/json.ts';
import { given } from '#server/packs/given.ts';
import { asObject, toColumn, toNullableColumn } from '#server/packs/json.ts';
import type { RuleContent } from './check.ts';

export const toNewColumns = (body: RuleCreate) => ({
  ref: body.ref,
  label: body.label,
  description: body.description ?? null,
  enabled: body.enabled,
  triggerRef: body.trigger_ref,
  actionRef: body.action_ref,
  conditions: toColumn(body.conditions ?? []),
  triggerParams: toColumn(body.trigger_params),
  actionParams: toColumn(body.action_params),
  permissionSetRefs: toNullableColumn(body.permission_set_refs),
  traceTagTemplate: body.trace_tag_template ?? null,
});

/** Absent = as it is. */
export const toChangedColumns = (body: RuleUpdate) =>
  given({
    label: body.label,
    description: body.description,
    enabled: body.enabled,
    triggerRef: body.trigger_ref,
    actionRef: body.action_ref,
    conditions: body.conditions === undefined ? undefined : toColumn(body.conditions as JsonValue),
    triggerParams: body.trigger_params && toColumn(body.trigger_params as JsonObject),
    actionParams: body.action_params && toColumn(body.action_params as JsonObject),
    permissionSetRefs:
      body.permission_set_refs === undefined
        ? undefined
        : toNullableColumn(body.permission_set_refs),
    traceTagTemplate: body.trace_tag_template,
  });

const NAMES_AND_SWITCH = new Set(['label', 'description', 'enabled']);

/** Whether a change is about what a rule does, and not only about its name or whether it counts. */
export const changesMeaning = (changes: object): boolean =>
  Object.keys(changes).some((name) => !NAMES_AND_SWITCH.has(name));

interface Columns {
  readonly packRef: string;
  readonly triggerRef: string;
  readonly actionRef: string;
  readonly triggerParams: unknown;
  readonly actionParams: unknown;
  readonly conditions: unknown;
  readonly permissionSetRefs: unknown;
  readonly traceTagTemplate: string | null;
}

/** Columns, stored or about to be, as what is checked. */
export const contentOf = (columns: Columns): RuleContent => ({
  packRef: columns.packRef,
  triggerRef: columns.triggerRef,
  actionRef: columns.actionRef,
  triggerParams: asObject(columns.triggerParams),
  actionParams: asObject(columns.actionParams),
  conditions: columns.conditions as JsonValue,
  permissionSetRefs: Array.isArray(columns.permissionSetRefs)
    ? columns.permissionSetRefs.map(String)
    : null,
  traceTagTemplate: columns.traceTagTemplate,
});
