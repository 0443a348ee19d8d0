import { z } from 'zod';
import {
  data,
  Id,
  JsonObject,
  pageOf,
  PageQuery,
  PathId,
  Ref,
  Success,
  Timestamp,
} from './common.ts';
import type { Operation } from './operation.ts';
import { change, ComponentRefs, Description, Label, patch, PathRef } from './patch.ts';

export const RuleSummary = z
  .object({
    id: Id,
    ref: z.string(),
    pack_ref: z.string(),
    label: z.string(),
    description: z.string().nullable(),
    enabled: z.boolean(),
    trigger_ref: z.string(),
    action_ref: z.string(),
    trigger_params: JsonObject,
    action_params: JsonObject,
    permission_set_refs: z.array(z.string()).nullable(),
    version: z.int().describe('Grows with each change.'),
    created: Timestamp,
    updated: Timestamp,
  })
  .meta({ id: 'RuleSummary' });
export type RuleSummary = z.infer<typeof RuleSummary>;

export const Rule = RuleSummary.extend({
  pack: Id,
  trigger: Id.nullable(),
  action: Id.nullable(),
  conditions: JsonObject.describe('A list of conditions is shown as `{"all": […]}`.'),
  trace_tag_template: z.string().nullable(),
  is_adhoc: z.boolean(),
  owner_identity: Id.nullable(),
}).meta({ id: 'Rule' });
export type Rule = z.infer<typeof Rule>;

/** What a rule said from one rule-set revision to the next. */
export const RuleVersion = z
  .object({
    version: z.int(),
    rule: Id,
    rule_ref: z.string(),
    enabled: z.boolean(),
    trigger_ref: z.string(),
    action_ref: z.string(),
    conditions: JsonObject,
    trigger_params: JsonObject,
    action_params: JsonObject,
    permission_set_refs: z.array(z.string()).nullable(),
    trace_tag_template: z.string().nullable(),
    valid_from_revision: z.int(),
    valid_until_revision: z.int().nullable().describe('Null while it counts.'),
    changed_by: z.string().nullable(),
    created: Timestamp,
  })
  .meta({ id: 'RuleVersion' });
export type RuleVersion = z.infer<typeof RuleVersion>;

const Conditions = z.union([JsonObject, z.array(z.json())]);
const TraceTag = z.string().min(1).max(500);

export const RuleCreate = z
  .object({
    ref: Ref,
    pack_ref: z.string().max(63),
    label: Label,
    description: Description.nullish(),
    trigger_ref: z.string().min(1).max(200),
    action_ref: z.string().min(1).max(200),
    trigger_params: JsonObject.default({}),
    action_params: JsonObject.default({}),
    conditions: Conditions.nullish(),
    permission_set_refs: ComponentRefs.nullish(),
    trace_tag_template: TraceTag.nullish(),
    enabled: z.boolean().default(true),
  })
  .meta({ id: 'RuleCreate' });
export type RuleCreate = z.infer<typeof RuleCreate>;

export const RuleUpdate = z
  .object({
    label: change(Label),
    description: patch(Description),
    trigger_ref: change(z.string().min(1).max(200)),
    action_ref: change(z.string().min(1).max(200)),
    trigger_params: change(JsonObject),
    action_params: change(JsonObject),
    conditions: change(Conditions),
    permission_set_refs: patch(ComponentRefs),
    trace_tag_template: patch(TraceTag),
    enabled: change(z.boolean()),
  })
  .meta({ id: 'RuleUpdate' });
export type RuleUpdate = z.infer<typeof RuleUpdate>;

export const RuleFilter = PageQuery.extend({
  pack_ref: z.string().max(100).optional(),
  action_ref: z.string().max(200).optional(),
  trigger_ref: z.string().max(200).optional(),
  enabled: z.stringbool().optional(),
  search: z.string().max(200).optional(),
});
export type RuleFilter = z.infer<typeof RuleFilter>;

export const RulePreviewRequest = z
  .object({
    trigger_ref: z.string().min(1).max(200),
    conditions: Conditions.nullish(),
    action_ref: z.string().max(200).nullish(),
    action_params: JsonObject.nullish(),
    pack_ref: z.string().max(63).nullish().describe('Whose configuration the templates see.'),
    event: Id.nullish().describe('Render for this event; else for the newest that matches.'),
    limit: z.int().min(1).max(50).default(10),
  })
  .meta({ id: 'RulePreviewRequest' });
export type RulePreviewRequest = z.infer<typeof RulePreviewRequest>;

/** What a rule that is being written would have made of the last events. */
export const RulePreview = z
  .object({
    verdicts: z.array(
      z.object({
        event: Id,
        created: Timestamp,
        matched: z.boolean(),
        failed: z
          .object({
            path: z.string(),
            field: z.string().nullable(),
            operator: z.string(),
            expected: z.json(),
            actual: z.json(),
            message: z.string(),
          })
          .nullable(),
      }),
    ),
    rendered: z
      .object({
        event: Id.nullable().describe('Null: no event matched, so templates stand as they are.'),
        parameters: JsonObject,
        problems: z.array(z.object({ path: z.string(), message: z.string() })),
      })
      .nullable(),
  })
  .meta({ id: 'RulePreview' });
export type RulePreview = z.infer<typeof RulePreview>;

const tag = 'rules';
const read = { tokens: ['identity', 'execution', 'sensor'], permission: 'rules:read' } as const;
const byOthers = { tokens: ['identity', 'execution'], permission: 'rules:read' } as const;
const update = { tokens: ['identity'], permission: 'rules:update' } as const;
const page = pageOf(RuleSummary);

export const listRules = {
  id: 'listRules',
  method: 'GET',
  path: '/api/v1/rules',
  tag,
  summary: 'List rules; a sensor sees those of its triggers',
  access: read,
  query: RuleFilter,
  status: 200,
  result: page.extend({
    data: z.array(RuleSummary).describe('The same as `items`, for older clients.'),
  }),
} as const satisfies Operation;

export const createRule = {
  id: 'createRule',
  method: 'POST',
  path: '/api/v1/rules',
  tag,
  summary: 'Create a rule',
  access: { tokens: ['identity'], permission: 'rules:create' },
  body: RuleCreate,
  status: 201,
  result: data(Rule),
} as const satisfies Operation;

export const previewRule = {
  id: 'previewRule',
  method: 'POST',
  path: '/api/v1/rules/preview',
  tag,
  summary:
    'Try conditions and parameters on the last events of a trigger; nothing is stored or run',
  access: { tokens: ['identity'], permission: 'rules:read' },
  body: RulePreviewRequest,
  status: 200,
  result: data(RulePreview),
} as const satisfies Operation;

export const listEnabledRules = {
  id: 'listEnabledRules',
  method: 'GET',
  path: '/api/v1/rules/enabled',
  tag,
  summary: 'List enabled rules',
  access: read,
  query: RuleFilter.omit({ enabled: true }),
  status: 200,
  result: page,
} as const satisfies Operation;

export const getRule = {
  id: 'getRule',
  method: 'GET',
  path: '/api/v1/rules/{ref}',
  tag,
  summary: 'Get a rule',
  access: read,
  params: PathRef,
  status: 200,
  result: data(Rule),
} as const satisfies Operation;

export const updateRule = {
  id: 'updateRule',
  method: 'PUT',
  path: '/api/v1/rules/{ref}',
  tag,
  summary: 'Change a rule',
  access: update,
  params: PathRef,
  body: RuleUpdate,
  status: 200,
  result: data(Rule),
} as const satisfies Operation;

export const deleteRule = {
  id: 'deleteRule',
  method: 'DELETE',
  path: '/api/v1/rules/{ref}',
  tag,
  summary: 'Delete a rule; its versions stay, to explain old events',
  access: { tokens: ['identity'], permission: 'rules:delete' },
  params: PathRef,
  status: 200,
  result: Success,
} as const satisfies Operation;

export const enableRule = {
  id: 'enableRule',
  method: 'POST',
  path: '/api/v1/rules/{ref}/enable',
  tag,
  summary: 'Enable a rule',
  access: update,
  params: PathRef,
  status: 200,
  result: data(Rule),
} as const satisfies Operation;

export const disableRule = {
  id: 'disableRule',
  method: 'POST',
  path: '/api/v1/rules/{ref}/disable',
  tag,
  summary: 'Disable a rule',
  access: update,
  params: PathRef,
  status: 200,
  result: data(Rule),
} as const satisfies Operation;

export const listRuleVersions = {
  id: 'listRuleVersions',
  method: 'GET',
  path: '/api/v1/rules/{ref}/versions',
  tag,
  summary: 'List what a rule said over time, newest first',
  access: { tokens: ['identity'], permission: 'rules:read' },
  params: PathRef,
  query: PageQuery.extend({ version: PathId.optional() }),
  status: 200,
  result: pageOf(RuleVersion),
} as const satisfies Operation;

const listBy = {
  method: 'GET',
  tag,
  access: byOthers,
  params: PathRef,
  query: PageQuery,
  status: 200,
  result: page,
} as const;

export const listRulesByPack = {
  ...listBy,
  id: 'listRulesByPack',
  path: '/api/v1/packs/{ref}/rules',
  summary: 'List the rules of a pack',
} as const satisfies Operation;

export const listRulesByAction = {
  ...listBy,
  id: 'listRulesByAction',
  path: '/api/v1/actions/{ref}/rules',
  summary: 'List the rules that run an action',
} as const satisfies Operation;

export const listRulesByTrigger = {
  ...listBy,
  id: 'listRulesByTrigger',
  path: '/api/v1/triggers/{ref}/rules',
  summary: 'List the rules of a trigger',
} as const satisfies Operation;

export const ruleOperations = [
  listRules,
  createRule,
  previewRule,
  listEnabledRules,
  getRule,
  updateRule,
  deleteRule,
  enableRule,
  disableRule,
  listRuleVersions,
  listRulesByPack,
  listRulesByAction,
  listRulesByTrigger,
] as const;
