import { z } from 'zod';
import { data, Timestamp } from './common.ts';
import type { Operation } from './operation.ts';

export const Retention = z
  .object({
    database_bytes: z.int(),
    kept: z.array(
      z.object({
        name: z.string(),
        table: z.string(),
        keep_days: z.int(),
        rows: z.int().describe('As the database estimates them; nothing is counted.'),
        bytes: z.int().describe('On disk, indexes included.'),
        removed: z.int().nullable().describe('Rows that the last run deleted; null before one.'),
      }),
    ),
    last_run: z
      .object({ ended_at: Timestamp, took_ms: z.int(), removed: z.int() })
      .nullable()
      .describe('Null before the first one.'),
  })
  .meta({ id: 'Retention' });
export type Retention = z.infer<typeof Retention>;

export const getRetention = {
  id: 'getRetention',
  method: 'GET',
  path: '/api/v1/retention',
  tag: 'retention',
  summary: 'How long rows are kept, how many there are, and what the last run deleted',
  access: { tokens: ['identity'], permission: 'retention:read' },
  status: 200,
  result: data(Retention),
} as const satisfies Operation;

export const retentionOperations = [getRetention] as const;
