import { z } from 'zod';
import { CursorQuery, data, Id, JsonObject, pageOf, PathId, Timestamp } from './common.ts';
import type { Operation } from './operation.ts';

export const EnforcementStatus = z.enum(['created', 'processed', 'disabled']);
export type EnforcementStatus = z.infer<typeof EnforcementStatus>;

export const EnforcementSummary = z
  .object({
    id: Id,
    rule: Id.nullable(),
    rule_ref: z.string(),
    trigger_ref: z.string(),
    event: Id.nullable(),
    condition: z.enum(['all', 'any']),
    status: EnforcementStatus,
    execution: Id.nullable(),
    reason: z.string().nullable().describe('Why no execution was made.'),
    created: Timestamp,
  })
  .meta({ id: 'EnforcementSummary' });
export type EnforcementSummary = z.infer<typeof EnforcementSummary>;

export const Enforcement = EnforcementSummary.extend({
  rule_version: z.int(),
  config: JsonObject.nullable(),
  payload: JsonObject,
  conditions: JsonObject,
  reason_details: z.json(),
  resolved_at: Timestamp.nullable(),
}).meta({ id: 'Enforcement' });
export type Enforcement = z.infer<typeof Enforcement>;

const access = { tokens: ['identity'], permission: 'enforcements:read' } as const;

export const listEnforcements = {
  id: 'listEnforcements',
  method: 'GET',
  path: '/api/v1/enforcements',
  tag: 'enforcements',
  summary: 'List enforcements, newest first',
  access,
  query: CursorQuery.extend({
    rule: PathId.optional(),
    event: PathId.optional(),
    status: EnforcementStatus.optional(),
    trigger_ref: z.string().max(200).optional(),
    rule_ref: z.string().max(200).optional(),
  }),
  status: 200,
  result: pageOf(EnforcementSummary),
} as const satisfies Operation;

export const getEnforcement = {
  id: 'getEnforcement',
  method: 'GET',
  path: '/api/v1/enforcements/{id}',
  tag: 'enforcements',
  summary: 'Get an enforcement',
  access,
  params: z.object({ id: PathId }),
  status: 200,
  result: data(Enforcement),
} as const satisfies Operation;

export const enforcementOperations = [listEnforcements, getEnforcement] as const;
