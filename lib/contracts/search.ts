import { z } from 'zod';
import { data } from './common.ts';
import type { Operation } from './operation.ts';

export const FOUND_KINDS = ['execution', 'action', 'rule', 'trigger', 'sensor', 'pack'] as const;

/** One thing by name; `ref` is the id of an execution. */
export const Found = z
  .object({
    kind: z.enum(FOUND_KINDS),
    ref: z.string(),
    label: z.string().describe('Of an execution: its action and its status.'),
  })
  .meta({ id: 'Found' });
export type Found = z.infer<typeof Found>;

export const searchEverything = {
  id: 'searchEverything',
  method: 'GET',
  path: '/api/v1/search',
  tag: 'search',
  summary: 'Find an execution by its id, and actions, rules, triggers, sensors and packs by name',
  // Of each kind only what the caller may read; without any of those permissions nothing is found.
  access: { tokens: ['identity'], permission: null },
  query: z.object({
    q: z.string().trim().min(1).max(100),
    limit: z.coerce.number().pipe(z.int().min(1).max(20)).default(6).describe('Of each kind.'),
  }),
  status: 200,
  result: data(z.array(Found)),
} as const satisfies Operation;

export const searchOperations = [searchEverything] as const;
