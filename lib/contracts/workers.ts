import { z } from 'zod';
import { Id, pageOf, PageQuery, PathId, Timestamp } from './common.ts';
import { Isolation } from './executions.ts';
import type { Operation } from './operation.ts';

export const WorkerHealth = z.enum(['active', 'busy', 'cordoned', 'error', 'inactive', 'offline']);
export type WorkerHealth = z.infer<typeof WorkerHealth>;
export const WorkerStatus = z.enum(['active', 'busy', 'error', 'inactive']);
export const WorkerRole = z.enum(['action', 'sensor']);

const WorkerLoad = z
  .object({
    requested: z.int(),
    scheduling: z.int(),
    scheduled: z.int(),
    running: z.int(),
    canceling: z.int(),
    total_active: z.int(),
    max_concurrent_executions: z.int(),
    sensor_processes_running: z.int(),
    utilization_percent: z.int(),
  })
  .meta({ id: 'WorkerLoad' });

export const WorkerSummary = z
  .object({
    id: Id,
    name: z.string(),
    host: z.string().nullable(),
    port: z.int().nullable(),
    pid: z.int(),
    version: z.string(),
    worker_role: WorkerRole,
    worker_type: z.enum(['local', 'remote', 'container']),
    status: WorkerStatus.nullable(),
    health_state: WorkerHealth,
    cordoned: z.boolean(),
    cordon_reason: z.string().nullable(),
    cordoned_at: Timestamp.nullable(),
    cordoned_by: Id.nullable(),
    cordoned_by_login: z.string().nullable(),
    paused_reason: z
      .string()
      .nullable()
      .describe(
        'Why it starts nothing new, such as a disk that is nearly full; null while it does.',
      ),
    lease_age_seconds: z
      .int()
      .nullable()
      .describe(
        'Seconds since the least lately renewed lease of its runs and sensors; null while it holds none.',
      ),
    heartbeat_stale: z.boolean(),
    heartbeat_age_seconds: z.int().nullable(),
    last_heartbeat: Timestamp.nullable(),
    load: WorkerLoad,
    slots: z.int(),
    supported_runtimes: z.array(z.object({ name: z.string(), versions: z.array(z.string()) })),
    runtimes: z
      .array(
        z.object({
          name: z.string(),
          version: z.string().nullable(),
          available: z.boolean(),
          problem: z.string().nullable(),
        }),
      )
      .describe('Every runtime, with what is wrong where it is missing.'),
    isolation: Isolation,
    gateway_url: z.string().nullable(),
    rss_bytes: z.int(),
    started_at: Timestamp,
    stopped_at: Timestamp.nullable(),
    created: Timestamp,
    updated: Timestamp,
  })
  .meta({ id: 'WorkerSummary' });
export type WorkerSummary = z.infer<typeof WorkerSummary>;

export const WorkerFilter = PageQuery.extend({
  role: WorkerRole.optional(),
  status: WorkerStatus.optional(),
  cordoned: z.stringbool().optional(),
  health_state: WorkerHealth.optional(),
});
export type WorkerFilter = z.infer<typeof WorkerFilter>;

export const CordonWorker = z
  .object({
    reason: z
      .string()
      .trim()
      .max(500)
      .nullish()
      .describe('Stands with the worker, and in the audit.'),
  })
  .meta({ id: 'CordonWorker' });

const access = { tokens: ['identity'], permission: 'workers:read' } as const;

export const listWorkers = {
  id: 'listWorkers',
  method: 'GET',
  path: '/api/v1/workers',
  tag: 'workers',
  summary: 'List workers, the living first',
  access,
  query: WorkerFilter,
  status: 200,
  result: pageOf(WorkerSummary),
} as const satisfies Operation;

export const getWorker = {
  id: 'getWorker',
  method: 'GET',
  path: '/api/v1/workers/{id}',
  tag: 'workers',
  summary: 'Get a worker',
  access,
  params: z.object({ id: PathId }),
  status: 200,
  result: WorkerSummary.extend({ data: WorkerSummary }),
} as const satisfies Operation;

const manage = { tokens: ['identity'], permission: 'workers:manage' } as const;

export const cordonWorker = {
  id: 'cordonWorker',
  method: 'POST',
  path: '/api/v1/workers/{id}/cordon',
  tag: 'workers',
  summary: 'Let a worker take nothing new: what it runs ends there, and its sensors move',
  access: manage,
  params: z.object({ id: PathId }),
  body: CordonWorker.optional(),
  status: 200,
  result: WorkerSummary.extend({ data: WorkerSummary }),
} as const satisfies Operation;

export const uncordonWorker = {
  id: 'uncordonWorker',
  method: 'POST',
  path: '/api/v1/workers/{id}/uncordon',
  tag: 'workers',
  summary: 'Let a cordoned worker take work again',
  access: manage,
  params: z.object({ id: PathId }),
  status: 200,
  result: WorkerSummary.extend({ data: WorkerSummary }),
} as const satisfies Operation;

export const workerOperations = [listWorkers, getWorker, cordonWorker, uncordonWorker] as const;
