import { z } from 'zod';
import { RunnerType } from './actions.ts';
import { data, Id, JsonObject, pageOf, PageQuery, Ref, Success, Timestamp } from './common.ts';
import { EnvironmentVariable, Isolation } from './executions.ts';
import { Limits } from './limits.ts';
import type { Operation } from './operation.ts';
import {
  change,
  Description,
  FlatSchema,
  Label,
  patch,
  patchUnlessNull,
  PathRef,
} from './patch.ts';
import { TokenStatus } from './tokens.ts';

/** The one process of a sensor in the whole cluster. */
export const SensorProcess = z
  .object({
    status: z.string().describe('starting, running, backoff, stopped …'),
    wanted: z
      .enum(['run', 'stop'])
      .describe('What an operator asked for; a sensor still runs only while a rule needs it.'),
    worker: Id.nullable(),
    worker_name: z.string().nullable(),
    pid: z.int().nullable(),
    generation: z.int().describe('Grows each time a worker takes the sensor over.'),
    lease_expires_at: Timestamp.nullable(),
    started_at: Timestamp.nullable(),
    stopped_at: Timestamp.nullable(),
    next_restart_at: Timestamp.nullable(),
    restarts: z.int(),
    consecutive_failures: z.int(),
    last_exit_code: z.int().nullable(),
    last_signal: z.string().nullable(),
    last_error: z.string().nullable(),
    active_rule_count: z.int(),
  })
  .meta({ id: 'SensorProcess' });
export type SensorProcess = z.infer<typeof SensorProcess>;

export const SensorSummary = z
  .object({
    id: Id,
    ref: z.string(),
    pack_ref: z.string().nullable(),
    label: z.string(),
    description: z.string().nullable(),
    enabled: z.boolean(),
    trigger_refs: z.array(z.string()),
    runner_type: RunnerType,
    process: SensorProcess,
    created: Timestamp,
    updated: Timestamp,
  })
  .meta({ id: 'SensorSummary' });
export type SensorSummary = z.infer<typeof SensorSummary>;

export const Sensor = SensorSummary.extend({
  pack: Id.nullable(),
  entrypoint: z.string(),
  runtime: Id,
  runtime_ref: z.string(),
  is_adhoc: z.boolean(),
  mq: z.boolean(),
  param_schema: JsonObject.nullable(),
  config: JsonObject,
  worker_selector: JsonObject,
  worker_tolerations: z.array(z.json()),
  worker_affinity: JsonObject,
}).meta({ id: 'Sensor' });
export type Sensor = z.infer<typeof Sensor>;

/** Kept relative to the pack's `sensors/` directory. */
const Entrypoint = z
  .string()
  .min(1)
  .max(500)
  .refine(
    (path) => !path.startsWith('/') && !path.split('/').includes('..'),
    "stays below the pack's sensors: no leading / and no ..",
  );
const TriggerRefs = z
  .array(Ref)
  .min(1)
  .max(100)
  .refine((refs) => new Set(refs).size === refs.length, 'names a trigger twice');
const RuntimeRef = z.string().max(100);

export const SensorCreate = z
  .object({
    ref: Ref,
    pack_ref: z.string().max(63),
    label: Label,
    entrypoint: Entrypoint,
    trigger_ref: Ref.nullish().describe('The same as `trigger_refs` with this one.'),
    trigger_refs: TriggerRefs.nullish().describe('What it may fire.'),
    runner_type: RunnerType.optional(),
    runtime_ref: RuntimeRef.nullish(),
    description: Description.nullish(),
    enabled: z.boolean().nullish(),
    mq: z.boolean().nullish().describe('False leaves ATTUNE_MQ_URL unset.'),
    param_schema: FlatSchema.nullish(),
    config: JsonObject.nullish(),
  })
  .refine(
    ({ trigger_ref: one, trigger_refs: many }) => (one ?? null) !== null || (many ?? null) !== null,
    { path: ['trigger_refs'], message: 'names at least one trigger' },
  )
  .meta({ id: 'SensorCreate' });
export type SensorCreate = z.infer<typeof SensorCreate>;

export const SensorUpdate = z
  .object({
    label: change(Label),
    description: patch(Description),
    enabled: change(z.boolean()),
    entrypoint: change(Entrypoint),
    trigger_refs: change(TriggerRefs),
    runner_type: change(RunnerType),
    runtime_ref: change(RuntimeRef),
    mq: change(z.boolean()),
    param_schema: patchUnlessNull(FlatSchema),
    config: change(JsonObject).describe(
      'All of it; a secret value that is given as its mask stays what it is.',
    ),
  })
  .meta({ id: 'SensorUpdate' });
export type SensorUpdate = z.infer<typeof SensorUpdate>;

/** What the process that runs, or ran last, was started with. */
export const SensorEnvironment = z
  .object({
    variables: z.array(EnvironmentVariable),
    command: z.array(z.string()),
    cwd: z.string().nullable(),
    isolation: Isolation.nullable(),
    limits: Limits.nullable().describe(
      'What it may use, but for its processor time, which is not limited; null for a process from before they were kept.',
    ),
    started_at: Timestamp.nullable(),
  })
  .meta({ id: 'SensorEnvironment' });
export type SensorEnvironment = z.infer<typeof SensorEnvironment>;

export const SensorFilter = PageQuery.extend({
  pack_ref: z.string().max(100).optional(),
  trigger_ref: z.string().max(200).optional(),
  enabled: z.stringbool().optional(),
});
export type SensorFilter = z.infer<typeof SensorFilter>;

export const SensorLogsQuery = z.object({
  stream: z.enum(['stdout', 'stderr', 'system', 'all']).default('all'),
  tail: z.coerce
    .number()
    .pipe(z.int().min(1).max(100_000))
    .default(1_000)
    .describe('Last lines only; a stream begins with what is kept.'),
});
export type SensorLogsQuery = z.infer<typeof SensorLogsQuery>;

const tag = 'sensors';
const read = { tokens: ['identity', 'execution'], permission: 'sensors:read' } as const;
const update = { tokens: ['identity'], permission: 'sensors:update' } as const;

export const listSensors = {
  id: 'listSensors',
  method: 'GET',
  path: '/api/v1/sensors',
  tag,
  summary: 'List sensors, each with the state of its process',
  access: read,
  query: SensorFilter,
  status: 200,
  result: pageOf(SensorSummary),
} as const satisfies Operation;

export const createSensor = {
  id: 'createSensor',
  method: 'POST',
  path: '/api/v1/sensors',
  tag,
  summary: 'Create a sensor that no file of its pack describes',
  access: { tokens: ['identity'], permission: 'sensors:create' },
  body: SensorCreate,
  status: 201,
  result: data(Sensor),
} as const satisfies Operation;

export const listEnabledSensors = {
  id: 'listEnabledSensors',
  method: 'GET',
  path: '/api/v1/sensors/enabled',
  tag,
  summary: 'List enabled sensors',
  access: read,
  query: SensorFilter.omit({ enabled: true }),
  status: 200,
  result: pageOf(SensorSummary),
} as const satisfies Operation;

export const listSensorsByPack = {
  id: 'listSensorsByPack',
  method: 'GET',
  path: '/api/v1/packs/{ref}/sensors',
  tag,
  summary: 'List the sensors of a pack',
  access: read,
  params: PathRef,
  query: PageQuery,
  status: 200,
  result: pageOf(SensorSummary),
} as const satisfies Operation;

export const listSensorsByTrigger = {
  id: 'listSensorsByTrigger',
  method: 'GET',
  path: '/api/v1/triggers/{ref}/sensors',
  tag,
  summary: 'List the sensors that fire a trigger',
  access: read,
  params: PathRef,
  query: PageQuery,
  status: 200,
  result: pageOf(SensorSummary),
} as const satisfies Operation;

export const getSensor = {
  id: 'getSensor',
  method: 'GET',
  path: '/api/v1/sensors/{ref}',
  tag,
  summary: 'Get a sensor',
  access: read,
  params: PathRef,
  status: 200,
  result: data(Sensor),
} as const satisfies Operation;

export const updateSensor = {
  id: 'updateSensor',
  method: 'PUT',
  path: '/api/v1/sensors/{ref}',
  tag,
  summary:
    'Change a sensor; of one that came with a pack only its config and whether it is enabled',
  access: update,
  params: PathRef,
  body: SensorUpdate,
  status: 200,
  result: data(Sensor),
} as const satisfies Operation;

export const deleteSensor = {
  id: 'deleteSensor',
  method: 'DELETE',
  path: '/api/v1/sensors/{ref}',
  tag,
  summary: 'Delete a sensor that was created by hand: its process stops',
  access: { tokens: ['identity'], permission: 'sensors:delete' },
  params: PathRef,
  status: 200,
  result: Success,
} as const satisfies Operation;

const command = {
  method: 'POST',
  tag,
  access: update,
  params: PathRef,
  status: 200,
  result: data(Sensor),
} as const;

export const enableSensor = {
  ...command,
  id: 'enableSensor',
  path: '/api/v1/sensors/{ref}/enable',
  summary: 'Enable a sensor',
} as const satisfies Operation;

export const disableSensor = {
  ...command,
  id: 'disableSensor',
  path: '/api/v1/sensors/{ref}/disable',
  summary: 'Disable a sensor: its process stops',
} as const satisfies Operation;

export const startSensor = {
  ...command,
  id: 'startSensor',
  path: '/api/v1/sensors/{ref}/start',
  summary: 'Let the process run again after a stop',
} as const satisfies Operation;

export const stopSensor = {
  ...command,
  id: 'stopSensor',
  path: '/api/v1/sensors/{ref}/stop',
  summary: 'Stop the process until it is started again',
} as const satisfies Operation;

export const restartSensor = {
  ...command,
  id: 'restartSensor',
  path: '/api/v1/sensors/{ref}/restart',
  summary: 'Restart the process, and forget its failures',
} as const satisfies Operation;

export const getSensorLogs = {
  id: 'getSensorLogs',
  method: 'GET',
  path: '/api/v1/sensors/{ref}/logs',
  tag,
  summary:
    'The last lines of the process as text, or its log as it comes for `Accept: text/event-stream`',
  access: read,
  params: PathRef,
  query: SensorLogsQuery,
  status: 200,
  produces: ['text/plain', 'text/event-stream'],
} as const satisfies Operation;

export const getSensorEnvironment = {
  id: 'getSensorEnvironment',
  method: 'GET',
  path: '/api/v1/sensors/{ref}/environment',
  tag,
  summary: 'The environment that the process really got',
  access: { tokens: ['identity'], permission: 'sensors:read' },
  params: PathRef,
  status: 200,
  result: data(SensorEnvironment.nullable()),
} as const satisfies Operation;

export const getSensorToken = {
  id: 'getSensorToken',
  method: 'GET',
  path: '/api/v1/sensors/{ref}/token',
  tag,
  summary: 'The status of the token of the process; never the token',
  access: { tokens: ['identity'], permission: 'sensors:read' },
  params: PathRef,
  status: 200,
  result: data(TokenStatus.nullable()),
} as const satisfies Operation;

export const sensorOperations = [
  listSensors,
  createSensor,
  listEnabledSensors,
  listSensorsByPack,
  listSensorsByTrigger,
  getSensor,
  updateSensor,
  deleteSensor,
  enableSensor,
  disableSensor,
  startSensor,
  stopSensor,
  restartSensor,
  getSensorLogs,
  getSensorEnvironment,
  getSensorToken,
] as const;
