import { z } from 'zod';
import { CANCELLATION_POLICIES } from '#lib/domain/cancellation.ts';
import { ON_LIMIT } from '#lib/domain/concurrency.ts';
import { EXECUTION_STATUSES } from '#lib/domain/execution-status.ts';
import { ATTEMPT_STATUSES } from '#lib/domain/attempt-status.ts';
import { ISOLATION_KINDS } from '#lib/domain/isolation.ts';
import { LIMIT_MECHANISMS, LIMIT_NAMES } from '#lib/domain/resource-limits.ts';
import {
  commaList,
  CursorQuery,
  data,
  Id,
  JsonObject,
  pageOf,
  PathId,
  Ref,
  Timestamp,
} from './common.ts';
import type { Operation } from './operation.ts';
import { Limits } from './limits.ts';
import { TokenStatus } from './tokens.ts';

export const ExecutionStatus = z.enum(EXECUTION_STATUSES);

export const ExecutionSummary = z
  .object({
    id: Id,
    action_ref: z.string(),
    status: ExecutionStatus,
    created: Timestamp,
    updated: Timestamp,
    started_at: Timestamp.nullable(),
    finished_at: Timestamp.nullable(),
    enforcement: Id.nullable(),
    parent: Id.nullable(),
    original_execution: Id.nullable().describe('The run that this one does once more.'),
    rule_ref: z.string().nullable(),
    trigger_ref: z.string().nullable(),
    trace_tag: z.string().nullable(),
    worker: Id.nullable(),
    attempt_count: z.int(),
    end_reason: z
      .string()
      .nullable()
      .describe(
        'exit, timeout, queue_timeout, deadline, cancel, token_revoked, concurrency_limit, worker_lost, quarantined, not_started, limit_memory …',
      ),
    exit_code: z.int().nullable(),
    error: z.string().nullable().describe('The error of the result, when there is one.'),
    timeout_seconds: z.int().nullable(),
    max_retries: z.int(),
    idempotent: z.boolean(),
    run_after: Timestamp.nullable().describe('The next try does not begin before.'),
    concurrency: z
      .object({ key: z.string(), limit: z.int(), on_limit: z.enum(ON_LIMIT) })
      .nullable()
      .describe(
        'The limit that it falls under; it waits for its turn while its status is scheduling.',
      ),
    kill_unproven: z
      .boolean()
      .describe('True when nobody can vouch that no process of any of its attempts is left.'),
    workflow_task: JsonObject.nullable(),
  })
  .meta({ id: 'ExecutionSummary' });
export type ExecutionSummary = z.infer<typeof ExecutionSummary>;

/** One signal that the platform sent to the processes of a run. */
const SentSignal = z.object({ signal: z.string(), at: Timestamp });

export const Isolation = z
  .object({
    kind: z.enum(ISOLATION_KINDS),
    ownUserId: z.boolean(),
    ownNamespace: z
      .boolean()
      .optional()
      .describe(
        'Whether it runs in a PID namespace that the kernel ends as a whole; absent in older records.',
      ),
    description: z.string(),
    limits: z
      .partialRecord(z.enum(LIMIT_NAMES), z.array(z.enum(LIMIT_MECHANISMS)).readonly())
      .optional()
      .describe('By what each limit is held; what is absent is not limited.'),
  })
  .meta({ id: 'Isolation' });

export const Attempt = z
  .object({
    id: Id,
    number: z.int(),
    status: z.enum(ATTEMPT_STATUSES),
    worker: Id,
    worker_name: z.string().nullable(),
    claimed_at: Timestamp,
    process_started_at: Timestamp.nullable(),
    ended_at: Timestamp.nullable(),
    exit_code: z.int().nullable(),
    signal: z.string().nullable(),
    end_reason: z.string().nullable(),
    result: JsonObject,
    signals: z.array(SentSignal),
    grace_used_ms: z
      .int()
      .nullable()
      .describe('From the first signal to the end; null when none was sent.'),
    cause: z
      .string()
      .nullable()
      .describe(
        'exit, our_signal, other_signal, out_of_memory, host_ended, or exit_or_signal where an exit code above 128 cannot be told from a death by signal.',
      ),
    processes_left: z.int().nullable().describe('Null when it cannot be proven.'),
    processes_ended: z
      .int()
      .nullable()
      .describe('How many were left behind and ended; null when the kernel ended them uncounted.'),
    kill_proven: z.boolean().nullable(),
    kill_unproven: z
      .boolean()
      .describe('True when it ended and nobody can vouch that none of its processes is left.'),
    isolation: Isolation.nullable(),
    limits: Limits.describe('What its process might use; {} until there is one.'),
    stdout_bytes: z.int(),
    stderr_bytes: z.int(),
    truncated_bytes: z.int(),
    masked: z
      .record(z.string(), z.int())
      .describe('How often each secret was masked in the output.'),
  })
  .meta({ id: 'Attempt' });
export type Attempt = z.infer<typeof Attempt>;

export const Execution = ExecutionSummary.extend({
  action: Id.nullable(),
  config: JsonObject.describe('The parameters as asked for; secrets are references.'),
  env_vars: z.record(z.string(), z.string()),
  result: JsonObject.describe('{} until it has ended.'),
  executor: Id.nullable(),
  executor_login: z.string().nullable(),
  event: Id.nullable(),
  root: Id.nullable(),
  permission_set_refs: z.array(z.string()),
  queue_timeout_seconds: z.int().nullable(),
  queue_deadline_at: Timestamp.nullable().describe(
    'When its present wait will have been too long.',
  ),
  deadline_seconds: z.int().nullable(),
  deadline_at: Timestamp.nullable(),
  retry_on_timeout: z.boolean(),
  cancellation_policy: z.enum(CANCELLATION_POLICIES),
  cancel_requested_at: Timestamp.nullable(),
  cancel_requested_by: z.string().nullable(),
  cancel_reason: z.string().nullable(),
  worker_selector: JsonObject,
  worker_tolerations: z.array(z.json()),
  worker_affinity: JsonObject,
}).meta({ id: 'Execution' });
export type Execution = z.infer<typeof Execution>;

const Seconds = z
  .int()
  .min(1)
  .max(86_400 * 7);

export const ExecutionCreate = z
  .object({
    action_ref: Ref,
    parameters: JsonObject.default({}),
    env_vars: z.record(z.string(), z.string()).optional(),
    rerun_of: Id.nullish().describe(
      'A run of the same action to do once more: its parameters, secret ones included, its variables, limits and trace tag count where this request says nothing. A parameter that is null here is left out.',
    ),
    reason: z.string().max(500).nullish().describe('Why; stands in the audit log.'),
    timeout_seconds: Seconds.nullish().describe('How long one attempt may run.'),
    queue_timeout_seconds: Seconds.nullish().describe('How long it may wait for a worker.'),
    deadline_seconds: Seconds.nullish().describe('For all of it, waiting and retries included.'),
    max_retries: z.int().min(0).max(100).nullish(),
    permission_set_refs: z.array(z.string()).nullish(),
    trace_tag: z.string().min(1).max(200).nullish(),
    parent: Id.nullish().describe('An execution token forces its own execution.'),
  })
  .meta({ id: 'ExecutionCreate' });
export type ExecutionCreate = z.infer<typeof ExecutionCreate>;

export const TOKEN_STATES = ['none', 'active', 'ended', 'refused', 'used_after_end'] as const;
export type TokenState = (typeof TOKEN_STATES)[number];

const Milliseconds = z.coerce.number().pipe(z.int().min(0).max(1e12));

export const ExecutionFilter = CursorQuery.extend({
  status: commaList(ExecutionStatus).optional(),
  action_ref: z.string().max(200).optional().describe('Exact, or `pack.*`.'),
  pack_name: z.string().max(100).optional(),
  rule_ref: z.string().max(200).optional(),
  trigger_ref: z.string().max(200).optional(),
  trace_tag: z.string().max(200).optional(),
  executor: PathId.optional(),
  enforcement: PathId.optional(),
  parent: PathId.optional(),
  rerun_of: PathId.optional(),
  worker: PathId.optional(),
  concurrency_key: z.string().max(1000).optional(),
  end_reason: z.string().max(50).optional().describe('quarantined, queue_timeout, worker_lost …'),
  top_level_only: z.stringbool().optional(),
  result_contains: z.string().max(200).optional(),
  retried: z.stringbool().optional().describe('True: only those that took more than one attempt.'),
  exit_code: z.coerce.number().pipe(z.int().min(-1).max(255)).optional(),
  signal: z
    .string()
    .regex(/^SIG[A-Z0-9]{1,12}$/, 'is the name of a signal, such as SIGKILL')
    .optional()
    .describe('That one of its attempts was sent, or ended by.'),
  worker_name: z.string().max(200).optional(),
  executor_login: z.string().max(200).optional(),
  created_after: z.iso.datetime({ offset: true }).optional(),
  created_before: z.iso.datetime({ offset: true }).optional(),
  duration_ms_min: Milliseconds.optional().describe('From its first start to its end.'),
  duration_ms_max: Milliseconds.optional(),
  token_state: z
    .enum(TOKEN_STATES)
    .optional()
    .describe(
      'Of a token of it: none was issued, active, ended, refused (a call of it was), used_after_end.',
    ),
});
export type ExecutionFilter = z.infer<typeof ExecutionFilter>;

/** One mark of a chart: when it was asked for and how long it took, in ms, so far or at all. */
export type ExecutionDuration = Pick<
  ExecutionSummary,
  'id' | 'status' | 'action_ref' | 'created'
> & {
  readonly ms: number;
};

/** What the sidebar counts. `quarantined` is of the last 24 h. */
export const LiveCounts = z.object({
  running: z.int(),
  waiting: z.int(),
  stuck: z.int(),
  quarantined: z.int(),
});
export type LiveCounts = z.infer<typeof LiveCounts>;

/** One variable of the process, as it really was. */
export const EnvironmentVariable = z
  .object({
    name: z.string(),
    value: z.string().describe('A mask for secrets and the token.'),
    origin: z.enum(['standard', 'baseline', 'operator', 'runtime', 'action', 'request']),
    state: z.enum(['plain', 'masked']),
    masked_by: z.string().nullable(),
    overrides: z.array(z.object({ value: z.string(), origin: z.string() })),
  })
  .meta({ id: 'EnvironmentVariable' });
export type EnvironmentVariable = z.infer<typeof EnvironmentVariable>;

/** A variable that somebody set and the process did not get. */
export const RefusedVariable = z
  .object({
    name: z.string(),
    origin: EnvironmentVariable.shape.origin,
    reason: z.string().describe('The rule that refused the name.'),
  })
  .meta({ id: 'RefusedVariable' });
export type RefusedVariable = z.infer<typeof RefusedVariable>;

export const EnvironmentContext = z
  .object({
    attempt: z.int(),
    variables: z.array(EnvironmentVariable),
    refused: z.array(RefusedVariable),
    command: z.array(z.string()),
    cwd: z.string(),
    user: z.string(),
    isolation: Isolation,
    limits: JsonObject,
    runtime: z.string(),
    runtime_version: z.string().nullable(),
    pack_version: z.string().nullable(),
    pack_digest: z.string().nullable(),
    created: Timestamp,
  })
  .meta({ id: 'EnvironmentContext' });
export type EnvironmentContext = z.infer<typeof EnvironmentContext>;

/** A piece of output; `seq` is also the id of its server-sent event. */
export const LogChunk = z
  .object({
    seq: z.int(),
    attempt: z.int(),
    stream: z.enum(['stdout', 'stderr', 'system']),
    at: Timestamp,
    text: z.string(),
  })
  .meta({ id: 'LogChunk' });
export type LogChunk = z.infer<typeof LogChunk>;

export const ExecutionStats = z
  .object({
    total: z.int(),
    completed: z.int(),
    failed: z.int(),
    running: z.int(),
    pending: z.int(),
    cancelled: z.int(),
    timeout: z.int(),
    abandoned: z.int(),
  })
  .meta({ id: 'ExecutionStats' });

const params = z.object({ id: PathId });
const AttemptNumber = z.coerce.number().pipe(z.int().min(1).max(1_000_000));
const tag = 'executions';
const read = { tokens: ['identity', 'execution'], permission: 'executions:read' } as const;

export const listExecutions = {
  id: 'listExecutions',
  method: 'GET',
  path: '/api/v1/executions',
  tag,
  summary: 'List executions, newest first',
  access: read,
  query: ExecutionFilter,
  status: 200,
  result: pageOf(ExecutionSummary),
} as const satisfies Operation;

const creation = {
  method: 'POST',
  tag,
  summary: 'Run an action',
  access: { tokens: ['identity', 'execution'], permission: 'actions:execute' },
  body: ExecutionCreate,
  status: 201,
  result: Execution.extend({ data: Execution }),
} as const;

export const createExecution = {
  ...creation,
  id: 'createExecution',
  path: '/api/v1/executions',
} as const satisfies Operation;

/** The same operation at the address that older clients know. */
export const executeAction = {
  ...creation,
  id: 'executeAction',
  path: '/api/v1/executions/execute',
} as const satisfies Operation;

export const getExecutionStats = {
  id: 'getExecutionStats',
  method: 'GET',
  path: '/api/v1/executions/stats',
  tag,
  summary: 'Count executions by status',
  access: { tokens: ['identity'], permission: 'executions:read' },
  status: 200,
  result: data(ExecutionStats),
} as const satisfies Operation;

export const listExecutionsByStatus = {
  id: 'listExecutionsByStatus',
  method: 'GET',
  path: '/api/v1/executions/status/{status}',
  tag,
  summary: 'List executions of one status',
  access: { tokens: ['identity'], permission: 'executions:read' },
  params: z.object({ status: ExecutionStatus }),
  query: CursorQuery,
  status: 200,
  result: pageOf(ExecutionSummary),
} as const satisfies Operation;

export const listExecutionsByEnforcement = {
  id: 'listExecutionsByEnforcement',
  method: 'GET',
  path: '/api/v1/executions/enforcement/{id}',
  tag,
  summary: 'List the executions of an enforcement',
  access: { tokens: ['identity'], permission: 'executions:read' },
  params,
  query: CursorQuery,
  status: 200,
  result: pageOf(ExecutionSummary),
} as const satisfies Operation;

export const getExecution = {
  id: 'getExecution',
  method: 'GET',
  path: '/api/v1/executions/{id}',
  tag,
  summary: 'Get an execution',
  access: read,
  params,
  status: 200,
  result: data(Execution),
} as const satisfies Operation;

export const cancelExecution = {
  id: 'cancelExecution',
  method: 'POST',
  path: '/api/v1/executions/{id}/cancel',
  tag,
  summary: 'Cancel an execution',
  access: { tokens: ['identity'], permission: 'executions:cancel' },
  params,
  body: z.object({ reason: z.string().max(500).optional() }).optional(),
  status: 200,
  result: data(Execution),
} as const satisfies Operation;

export const listAttempts = {
  id: 'listAttempts',
  method: 'GET',
  path: '/api/v1/executions/{id}/attempts',
  tag,
  summary: 'List the attempts of an execution',
  access: read,
  params,
  status: 200,
  result: data(z.array(Attempt)),
} as const satisfies Operation;

export const getExecutionEnvironment = {
  id: 'getExecutionEnvironment',
  method: 'GET',
  path: '/api/v1/executions/{id}/environment',
  tag,
  summary: 'The environment that the process of an attempt really got',
  access: { tokens: ['identity'], permission: 'executions:read' },
  params,
  query: z.object({ attempt: AttemptNumber.optional() }),
  status: 200,
  result: data(EnvironmentContext.nullable()),
} as const satisfies Operation;

export const getExecutionToken = {
  id: 'getExecutionToken',
  method: 'GET',
  path: '/api/v1/executions/{id}/token',
  tag,
  summary: 'The status of the token of an attempt; never the token',
  access: { tokens: ['identity'], permission: 'executions:read' },
  params,
  query: z.object({ attempt: AttemptNumber.optional() }),
  status: 200,
  result: data(TokenStatus.nullable()),
} as const satisfies Operation;

export const revokeExecutionToken = {
  id: 'revokeExecutionToken',
  method: 'POST',
  path: '/api/v1/executions/{id}/token/revoke',
  tag,
  summary: 'Revoke the token of the running attempt, and end its run',
  access: { tokens: ['identity'], permission: 'executions:cancel' },
  params,
  body: z.object({ reason: z.string().max(500).optional() }).optional(),
  status: 200,
  result: data(TokenStatus.nullable()),
} as const satisfies Operation;

export const getExecutionLogs = {
  id: 'getExecutionLogs',
  method: 'GET',
  path: '/api/v1/executions/{id}/logs',
  tag,
  summary: 'Output as text, or as server-sent events for `Accept: text/event-stream`',
  access: read,
  params,
  query: z.object({
    stream: z.enum(['stdout', 'stderr', 'system', 'all']).default('all'),
    attempt: AttemptNumber.optional(),
    tail: z.coerce
      .number()
      .pipe(z.int().min(1).max(100_000))
      .optional()
      .describe('Last lines only.'),
  }),
  status: 200,
  produces: ['text/plain', 'text/event-stream'],
} as const satisfies Operation;

export const streamExecutions = {
  id: 'streamExecutions',
  method: 'GET',
  path: '/api/v1/executions/stream',
  tag,
  summary: 'Changes of executions as server-sent events',
  access: { tokens: ['identity'], permission: 'executions:read' },
  query: ExecutionFilter.extend({
    since: z.iso.datetime().optional().describe('When the reader read its list; now, without it.'),
    counts: z
      .stringbool()
      .optional()
      .describe('True: how many are running, waiting, stuck and quarantined, and no rows.'),
  }),
  status: 200,
  produces: ['text/event-stream'],
} as const satisfies Operation;

export const executionOperations = [
  listExecutions,
  createExecution,
  executeAction,
  getExecutionStats,
  listExecutionsByStatus,
  listExecutionsByEnforcement,
  getExecution,
  cancelExecution,
  listAttempts,
  getExecutionEnvironment,
  getExecutionToken,
  revokeExecutionToken,
  getExecutionLogs,
  streamExecutions,
] as const;
