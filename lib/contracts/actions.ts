import { z } from 'zod';
import { CANCELLATION_POLICIES } from '#lib/domain/cancellation.ts';
import { findKeyProblem, ON_LIMIT } from '#lib/domain/concurrency.ts';
import { RUNNER_TYPES } from '#lib/domain/pack-manifest/runner-types.ts';
import {
  commaList,
  data,
  Id,
  JsonObject,
  pageOf,
  PageQuery,
  Ref,
  Success,
  Timestamp,
} from './common.ts';
import { Limits } from './limits.ts';
import type { Operation } from './operation.ts';
import {
  change,
  ComponentRefs,
  Description,
  FlatSchema,
  Label,
  PackRefs,
  patch,
  patchUnlessNull,
  PathRef,
  Tags,
  Visibility,
  Visible,
} from './patch.ts';

export const RunnerType = z.enum(RUNNER_TYPES);

/** How long to wait before another attempt; what is left out is as usual. */
const Retry = z
  .object({
    backoff: z.enum(['constant', 'linear', 'exponential']),
    delay_seconds: z.number().min(0).max(86_400),
    max_delay_seconds: z.number().min(0).max(86_400).nullable(),
    jitter: z.number().min(0).max(1).describe('The share of the wait that chance may take away.'),
  })
  .partial()
  .meta({ id: 'Retry' });

/** How many runs may run at once, and what happens to one more. */
export const Concurrency = z
  .object({
    limit: z.int(),
    key: z
      .string()
      .nullable()
      .describe('A template over the parameters; equal keys share the limit. Null: all runs do.'),
    on_limit: z.enum(ON_LIMIT),
  })
  .meta({ id: 'Concurrency' });

const ConcurrencyInput = z
  .object({
    limit: z.int().min(1).max(10_000),
    key: z
      .string()
      .superRefine((template, context) => {
        const problem = findKeyProblem(template);
        if (problem !== null) context.addIssue({ code: 'custom', message: problem });
      })
      .nullable()
      .default(null),
    on_limit: z.enum(ON_LIMIT).default('enqueue'),
  })
  .meta({ id: 'ConcurrencyInput' });

export const ActionSummary = z
  .object({
    id: Id,
    ref: z.string(),
    pack_ref: z.string(),
    label: z.string(),
    description: z.string().nullable(),
    enabled: z.boolean(),
    entrypoint: z.string(),
    runtime: Id.nullable(),
    runtime_ref: z.string().nullable(),
    runner_type: RunnerType,
    timeout_seconds: z.int().nullable(),
    tags: z.array(z.string()),
    default_execution_permission_set_refs: z.array(z.string()),
    ...Visible,
    accesses_mcp: z.boolean(),
    required_worker_runtimes: JsonObject,
    worker_selector: JsonObject,
    worker_tolerations: z.array(z.json()),
    worker_affinity: JsonObject,
    workflow_def: Id.nullable(),
    created: Timestamp,
    updated: Timestamp,
  })
  .meta({ id: 'ActionSummary' });
export type ActionSummary = z.infer<typeof ActionSummary>;

export const Action = ActionSummary.extend({
  pack: Id,
  is_adhoc: z.boolean(),
  param_schema: JsonObject.nullable(),
  out_schema: JsonObject.nullable(),
  parameter_delivery: z.enum(['stdin', 'file']),
  parameter_format: z.enum(['json', 'dotenv', 'yaml']),
  output_format: z.enum(['text', 'json', 'yaml', 'jsonl']),
  queue_timeout_seconds: z.int().nullable(),
  max_retries: z.int(),
  idempotent: z.boolean(),
  retry_on_timeout: z.boolean(),
  retry: JsonObject,
  deadline_seconds: z.int().nullable(),
  cancellation_policy: z.enum(CANCELLATION_POLICIES),
  concurrency: Concurrency.nullable(),
  env: z.record(z.string(), z.string()),
  limits: Limits,
}).meta({ id: 'Action' });
export type Action = z.infer<typeof Action>;

export const ActionSearchHit = z
  .object({
    ref: z.string(),
    label: z.string(),
    description: z.string().nullable(),
    pack_ref: z.string(),
    runtime_ref: z.string().nullable(),
    reference_visibility: Visibility,
    accesses_mcp: z.boolean(),
    is_workflow: z.boolean(),
  })
  .meta({ id: 'ActionSearchHit' });
export type ActionSearchHit = z.infer<typeof ActionSearchHit>;

/** Kept relative to the pack's `actions/` directory. */
const Entrypoint = z
  .string()
  .min(1)
  .max(500)
  .refine(
    (path) => !path.startsWith('/') && !path.split('/').includes('..'),
    'stays below the pack: no leading / and no ..',
  );
const Timeout = z
  .int()
  .min(1)
  .max(86_400 * 7);

/** What an update may change and a creation may leave out. */
const optional = {
  description: Description,
  enabled: z.boolean(),
  runner_type: RunnerType,
  runtime_ref: z.string().max(100),
  param_schema: FlatSchema,
  out_schema: FlatSchema,
  parameter_delivery: Action.shape.parameter_delivery,
  parameter_format: Action.shape.parameter_format,
  output_format: Action.shape.output_format,
  timeout_seconds: Timeout,
  queue_timeout_seconds: Timeout,
  max_retries: z.int().min(0).max(100),
  idempotent: z.boolean(),
  retry_on_timeout: z.boolean(),
  retry: Retry,
  deadline_seconds: Timeout,
  cancellation_policy: Action.shape.cancellation_policy,
  concurrency: ConcurrencyInput,
  env: z.record(z.string(), z.string()),
  limits: Limits,
  tags: Tags,
  default_execution_permission_set_refs: ComponentRefs,
  reference_visibility: Visibility,
  reference_allowed_pack_refs: PackRefs,
};

export const ActionCreate = z
  .object({ ref: Ref, pack_ref: z.string().max(63), label: Label, entrypoint: Entrypoint })
  .extend(z.object(optional).partial().shape)
  .extend({
    description: optional.description.nullish(),
    enabled: optional.enabled.nullish(),
    runtime_ref: optional.runtime_ref.nullish(),
    param_schema: optional.param_schema.nullish(),
    out_schema: optional.out_schema.nullish(),
    timeout_seconds: optional.timeout_seconds.nullish(),
    queue_timeout_seconds: optional.queue_timeout_seconds.nullish(),
    deadline_seconds: optional.deadline_seconds.nullish(),
    concurrency: optional.concurrency.nullish(),
    reference_visibility: optional.reference_visibility.nullish(),
  })
  .meta({ id: 'ActionCreate' });
export type ActionCreate = z.infer<typeof ActionCreate>;

export const ActionUpdate = z
  .object({
    label: change(Label),
    entrypoint: change(Entrypoint),
    description: patch(optional.description),
    enabled: change(optional.enabled),
    runner_type: change(optional.runner_type),
    runtime_ref: change(optional.runtime_ref),
    param_schema: patchUnlessNull(optional.param_schema),
    out_schema: patchUnlessNull(optional.out_schema),
    parameter_delivery: change(optional.parameter_delivery),
    parameter_format: change(optional.parameter_format),
    output_format: change(optional.output_format),
    timeout_seconds: patch(optional.timeout_seconds),
    queue_timeout_seconds: patch(optional.queue_timeout_seconds),
    max_retries: change(optional.max_retries),
    idempotent: change(optional.idempotent),
    retry_on_timeout: change(optional.retry_on_timeout),
    retry: change(optional.retry),
    deadline_seconds: patch(optional.deadline_seconds),
    cancellation_policy: change(optional.cancellation_policy),
    concurrency: patch(optional.concurrency),
    env: change(optional.env),
    limits: change(optional.limits),
    tags: change(optional.tags),
    default_execution_permission_set_refs: change(optional.default_execution_permission_set_refs),
    reference_visibility: change(optional.reference_visibility),
    reference_allowed_pack_refs: change(optional.reference_allowed_pack_refs),
  })
  .meta({ id: 'ActionUpdate' });
export type ActionUpdate = z.infer<typeof ActionUpdate>;

export const ActionFilter = PageQuery.extend({
  pack_ref: z.string().max(100).optional(),
  enabled: z.stringbool().optional(),
  search: z.string().max(200).optional(),
  executable_with_current_access: z.stringbool().optional(),
  referencing_pack_ref: z
    .string()
    .max(100)
    .optional()
    .describe('Only what rules of this pack may use.'),
});
export type ActionFilter = z.infer<typeof ActionFilter>;

export const ActionSearch = PageQuery.extend({
  q: z.string().max(200).default(''),
  packs: commaList(z.string().max(100)).optional(),
  referencing_pack_ref: z.string().max(100).optional(),
});
export type ActionSearch = z.infer<typeof ActionSearch>;

const tag = 'actions';
const read = { tokens: ['identity', 'execution'], permission: 'actions:read' } as const;

export const listActions = {
  id: 'listActions',
  method: 'GET',
  path: '/api/v1/actions',
  tag,
  summary: 'List actions',
  access: read,
  query: ActionFilter,
  status: 200,
  result: pageOf(ActionSummary),
} as const satisfies Operation;

export const createAction = {
  id: 'createAction',
  method: 'POST',
  path: '/api/v1/actions',
  tag,
  summary: 'Create an action that no file of its pack describes',
  access: { tokens: ['identity'], permission: 'actions:create' },
  body: ActionCreate,
  status: 201,
  result: data(Action),
} as const satisfies Operation;

export const searchActions = {
  id: 'searchActions',
  method: 'GET',
  path: '/api/v1/actions/search',
  tag,
  summary: 'Search actions by ref, label and description',
  access: read,
  query: ActionSearch,
  status: 200,
  result: pageOf(ActionSearchHit),
} as const satisfies Operation;

export const getAction = {
  id: 'getAction',
  method: 'GET',
  path: '/api/v1/actions/{ref}',
  tag,
  summary: 'Get an action',
  access: read,
  params: PathRef,
  status: 200,
  result: data(Action),
} as const satisfies Operation;

export const updateAction = {
  id: 'updateAction',
  method: 'PUT',
  path: '/api/v1/actions/{ref}',
  tag,
  summary: 'Change an action; of one that came with a pack only whether it is enabled',
  access: { tokens: ['identity'], permission: 'actions:update' },
  params: PathRef,
  body: ActionUpdate,
  status: 200,
  result: data(Action),
} as const satisfies Operation;

export const deleteAction = {
  id: 'deleteAction',
  method: 'DELETE',
  path: '/api/v1/actions/{ref}',
  tag,
  summary: 'Delete an action that was created by hand',
  access: { tokens: ['identity'], permission: 'actions:delete' },
  params: PathRef,
  status: 200,
  result: Success,
} as const satisfies Operation;

export const listActionsByPack = {
  id: 'listActionsByPack',
  method: 'GET',
  path: '/api/v1/packs/{ref}/actions',
  tag,
  summary: 'List the actions of a pack',
  access: read,
  params: PathRef,
  query: PageQuery,
  status: 200,
  result: pageOf(ActionSummary),
} as const satisfies Operation;

export const actionOperations = [
  listActions,
  createAction,
  searchActions,
  getAction,
  updateAction,
  deleteAction,
  listActionsByPack,
] as const;
