import { z } from 'zod';
import type { Operation } from './operation.ts';

const tag = 'health';

export const getHealth = {
  id: 'getHealth',
  method: 'GET',
  path: '/health',
  tag,
  summary: 'Whether the web process answers',
  access: 'anyone',
  status: 200,
  result: z.object({ status: z.string() }),
} as const satisfies Operation;

export const getLiveness = {
  id: 'getLiveness',
  method: 'GET',
  path: '/health/live',
  tag,
  summary: 'Whether the web process lives',
  access: 'anyone',
  status: 200,
  produces: ['text/plain'],
} as const satisfies Operation;

export const getReadiness = {
  id: 'getReadiness',
  method: 'GET',
  path: '/health/ready',
  tag,
  summary: 'Whether requests can be served: 503 while the database does not answer',
  access: 'anyone',
  status: 200,
  result: z.object({ status: z.string() }),
} as const satisfies Operation;

export const HealthDetail = z
  .object({
    status: z.enum(['ok', 'degraded']),
    database: z.string(),
    version: z.string(),
    schema: z.string(),
    workers: z.int().describe('Workers with a sign of life in the last 30 s.'),
    waiting: z.int(),
    running: z.int(),
    stuck: z
      .int()
      .describe('Waiting for more than 60 s with a free slot, or running past their time-out.'),
  })
  .meta({ id: 'HealthDetail' });

export const getHealthDetail = {
  id: 'getHealthDetail',
  method: 'GET',
  path: '/health/detailed',
  tag,
  summary: 'Database, workers and backlog',
  access: 'anyone',
  status: 200,
  result: HealthDetail,
} as const satisfies Operation;

export const healthOperations = [getHealth, getLiveness, getReadiness, getHealthDetail] as const;
