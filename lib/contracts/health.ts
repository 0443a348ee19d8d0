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
    backlog_max: z.int().describe('With as many waiting, new events are answered with 429.'),
    running: z.int(),
    stuck: z
      .int()
      .describe('Waiting for more than 60 s with a free slot, or running past their time-out.'),
    disk_free_bytes: z
      .int()
      .nullable()
      .describe('Left on the disk of the data directory; null when it cannot be asked.'),
    problems: z
      .array(z.string())
      .describe('What is wrong, one sentence each; empty while all is well.'),
  })
  .meta({ id: 'HealthDetail' });

export const getHealthDetail = {
  id: 'getHealthDetail',
  method: 'GET',
  path: '/health/detailed',
  tag,
  summary: 'Database, workers, backlog and disk: 503 while the database does not answer',
  access: 'anyone',
  status: 200,
  result: HealthDetail,
} as const satisfies Operation;

export const healthOperations = [getHealth, getLiveness, getReadiness, getHealthDetail] as const;
