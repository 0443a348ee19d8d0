import { z } from 'zod';
import { data, Id, JsonObject, pageOf, PageQuery, Ref, Success, Timestamp } from './common.ts';
import type { Operation } from './operation.ts';
import {
  change,
  Description,
  FlatSchema,
  Label,
  PackRefs,
  patch,
  patchUnlessNull,
  PathRef,
  Visibility,
  Visible,
} from './patch.ts';

export const TriggerSummary = z
  .object({
    id: Id,
    ref: z.string(),
    pack_ref: z.string().nullable(),
    label: z.string(),
    description: z.string().nullable(),
    enabled: z.boolean(),
    webhook_enabled: z.boolean(),
    ...Visible,
    created: Timestamp,
    updated: Timestamp,
  })
  .meta({ id: 'TriggerSummary' });
export type TriggerSummary = z.infer<typeof TriggerSummary>;

/** How a webhook is guarded, as shown: the secret is never part of it. */
export const WebhookConfig = z
  .object({
    payload_size_limit_kb: z.int(),
    ip_whitelist: z.object({ enabled: z.boolean(), ips: z.array(z.string()) }),
    rate_limit: z.object({ enabled: z.boolean(), requests: z.int(), window_seconds: z.int() }),
    hmac: z.object({
      enabled: z.boolean(),
      algorithm: z.enum(['sha256', 'sha1', 'sha512']),
      has_secret: z.boolean(),
      replay_window_seconds: z.int().nullable(),
    }),
  })
  .meta({ id: 'WebhookConfig' });
export type WebhookConfig = z.infer<typeof WebhookConfig>;

export const WebhookConfigChange = z
  .object({
    payload_size_limit_kb: z.int().min(1).max(10_240),
    ip_whitelist: z.object({
      enabled: z.boolean().default(true),
      ips: z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).max(1000),
    }),
    rate_limit: z.object({
      enabled: z.boolean().default(true),
      requests: z.int().min(1).max(1_000_000),
      window_seconds: z.int().min(1).max(86_400),
    }),
    hmac: z.object({
      enabled: z.boolean().default(true),
      algorithm: z.enum(['sha256', 'sha1', 'sha512']).default('sha256'),
      secret: z
        .string()
        .min(8)
        .max(1000)
        .optional()
        .describe('Absent keeps the one that is stored.'),
      replay_window_seconds: z
        .int()
        .min(1)
        .max(86_400)
        .nullish()
        .describe(
          'The caller signs `<seconds since 1970>.<body>` and sends the seconds in X-Webhook-Timestamp; a call whose time is farther away is refused, and the same one again is the same event. Null: the body alone is signed. Absent: as it is.',
        ),
    }),
  })
  .partial()
  .meta({ id: 'WebhookConfigChange' });
export type WebhookConfigChange = z.infer<typeof WebhookConfigChange>;

export const Trigger = TriggerSummary.extend({
  pack: Id.nullable(),
  is_adhoc: z.boolean(),
  param_schema: JsonObject.nullable(),
  out_schema: JsonObject.nullable(),
  sensor: Id.nullable().describe('The sensor that fires it, when there is one.'),
  sensor_ref: z.string().nullable(),
  webhook_key: z
    .string()
    .nullable()
    .describe('Only for those who may change the trigger: whoever knows it may post.'),
  webhook_url: z.string().nullable(),
  webhook_config: WebhookConfig,
}).meta({ id: 'Trigger' });
export type Trigger = z.infer<typeof Trigger>;

export const TriggerCreate = z
  .object({
    ref: Ref,
    pack_ref: z.string().max(63).nullish().describe('The pack of the ref when absent.'),
    label: Label,
    description: Description.nullish(),
    enabled: z.boolean().default(true),
    param_schema: FlatSchema.nullish(),
    out_schema: FlatSchema.nullish(),
    reference_visibility: Visibility.nullish(),
    reference_allowed_pack_refs: PackRefs.default([]),
  })
  .meta({ id: 'TriggerCreate' });
export type TriggerCreate = z.infer<typeof TriggerCreate>;

export const TriggerUpdate = z
  .object({
    label: change(Label),
    description: patch(Description),
    enabled: change(z.boolean()),
    param_schema: patchUnlessNull(FlatSchema),
    out_schema: patchUnlessNull(FlatSchema),
    reference_visibility: change(Visibility),
    reference_allowed_pack_refs: change(PackRefs),
    webhook_config: change(WebhookConfigChange),
  })
  .meta({ id: 'TriggerUpdate' });
export type TriggerUpdate = z.infer<typeof TriggerUpdate>;

export const TriggerFilter = PageQuery.extend({
  pack_ref: z.string().max(100).optional(),
  enabled: z.stringbool().optional(),
  search: z.string().max(200).optional(),
  referencing_pack_ref: z
    .string()
    .max(100)
    .optional()
    .describe('Only what rules of this pack may use.'),
});
export type TriggerFilter = z.infer<typeof TriggerFilter>;

const tag = 'triggers';
const read = { tokens: ['identity', 'execution'], permission: 'triggers:read' } as const;
const update = { tokens: ['identity'], permission: 'triggers:update' } as const;

export const listTriggers = {
  id: 'listTriggers',
  method: 'GET',
  path: '/api/v1/triggers',
  tag,
  summary: 'List triggers',
  access: read,
  query: TriggerFilter,
  status: 200,
  result: pageOf(TriggerSummary),
} as const satisfies Operation;

export const createTrigger = {
  id: 'createTrigger',
  method: 'POST',
  path: '/api/v1/triggers',
  tag,
  summary: 'Create a trigger that no file of its pack describes',
  access: { tokens: ['identity'], permission: 'triggers:create' },
  body: TriggerCreate,
  status: 201,
  result: data(Trigger),
} as const satisfies Operation;

export const listEnabledTriggers = {
  id: 'listEnabledTriggers',
  method: 'GET',
  path: '/api/v1/triggers/enabled',
  tag,
  summary: 'List enabled triggers',
  access: read,
  query: TriggerFilter.omit({ enabled: true }),
  status: 200,
  result: pageOf(TriggerSummary),
} as const satisfies Operation;

export const getTrigger = {
  id: 'getTrigger',
  method: 'GET',
  path: '/api/v1/triggers/{ref}',
  tag,
  summary: 'Get a trigger',
  access: read,
  params: PathRef,
  status: 200,
  result: data(Trigger),
} as const satisfies Operation;

export const updateTrigger = {
  id: 'updateTrigger',
  method: 'PUT',
  path: '/api/v1/triggers/{ref}',
  tag,
  summary: 'Change a trigger; of one that came with a pack only `enabled` and `webhook_config`',
  access: update,
  params: PathRef,
  body: TriggerUpdate,
  status: 200,
  result: data(Trigger),
} as const satisfies Operation;

export const deleteTrigger = {
  id: 'deleteTrigger',
  method: 'DELETE',
  path: '/api/v1/triggers/{ref}',
  tag,
  summary: 'Delete a trigger that was created by hand',
  access: { tokens: ['identity'], permission: 'triggers:delete' },
  params: PathRef,
  status: 200,
  result: Success,
} as const satisfies Operation;

export const enableTrigger = {
  id: 'enableTrigger',
  method: 'POST',
  path: '/api/v1/triggers/{ref}/enable',
  tag,
  summary: 'Enable a trigger',
  access: update,
  params: PathRef,
  status: 200,
  result: data(Trigger),
} as const satisfies Operation;

export const disableTrigger = {
  id: 'disableTrigger',
  method: 'POST',
  path: '/api/v1/triggers/{ref}/disable',
  tag,
  summary: 'Disable a trigger: its events match no rule',
  access: update,
  params: PathRef,
  status: 200,
  result: data(Trigger),
} as const satisfies Operation;

export const listTriggersByPack = {
  id: 'listTriggersByPack',
  method: 'GET',
  path: '/api/v1/packs/{ref}/triggers',
  tag,
  summary: 'List the triggers of a pack',
  access: read,
  params: PathRef,
  query: PageQuery,
  status: 200,
  result: pageOf(TriggerSummary),
} as const satisfies Operation;

export const triggerOperations = [
  listTriggers,
  createTrigger,
  listEnabledTriggers,
  getTrigger,
  updateTrigger,
  deleteTrigger,
  enableTrigger,
  disableTrigger,
  listTriggersByPack,
] as const;
