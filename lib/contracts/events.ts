import { z } from 'zod';
import { CursorQuery, data, Id, JsonObject, pageOf, PathId, Timestamp } from './common.ts';
import type { Operation } from './operation.ts';

export const EventSummary = z
  .object({
    id: Id,
    trigger: Id.nullable(),
    trigger_ref: z.string(),
    source: Id.nullable(),
    source_ref: z.string().nullable(),
    source_kind: z.enum(['sensor', 'execution', 'webhook', 'identity']),
    rule: Id.nullable(),
    rule_ref: z.string().nullable(),
    trace_tag: z.string().nullable(),
    has_payload: z.boolean(),
    created: Timestamp,
  })
  .meta({ id: 'EventSummary' });
export type EventSummary = z.infer<typeof EventSummary>;

export const Event = EventSummary.extend({
  payload: JsonObject,
  config: JsonObject.nullable(),
  rule_set_revision: z.int(),
}).meta({ id: 'Event' });
export type Event = z.infer<typeof Event>;

export const EventCreate = z
  .object({
    trigger_ref: z.string().min(1).max(200).optional(),
    trigger_type: z.string().min(1).max(200).optional().describe('Older name of `trigger_ref`.'),
    payload: JsonObject.default({}),
    rule_ref: z.string().max(200).nullish(),
    trigger_instance_id: z
      .string()
      .max(250)
      .nullish()
      .describe('`rule_<id>` or `rule_<ref>`: only that rule is evaluated.'),
    dedupe_key: z.string().min(1).max(300).nullish(),
    trace_tag: z.string().min(1).max(200).nullish(),
    config: JsonObject.nullish(),
    source: z.unknown().optional(),
  })
  .meta({ id: 'EventCreate' });
export type EventCreate = z.infer<typeof EventCreate>;

/** How one rule of the trigger looked at an event. */
export const RuleVerdict = z
  .object({
    rule: Id,
    rule_ref: z.string(),
    rule_version: z.int(),
    enabled: z.boolean(),
    matched: z.boolean(),
    failed: z
      .object({
        path: z.string(),
        field: z.string().nullable(),
        operator: z.string(),
        expected: z.json(),
        actual: z.json(),
        message: z.string(),
      })
      .nullable(),
    enforcement: Id.nullable(),
    execution: Id.nullable(),
    reason: z.string().nullable().describe('Why no execution was made although it matched.'),
  })
  .meta({ id: 'RuleVerdict' });
export type RuleVerdict = z.infer<typeof RuleVerdict>;

const tag = 'events';

export const listEvents = {
  id: 'listEvents',
  method: 'GET',
  path: '/api/v1/events',
  tag,
  summary: 'List events, newest first',
  access: { tokens: ['identity'], permission: 'events:read' },
  query: CursorQuery.extend({
    trigger: PathId.optional(),
    trigger_ref: z.string().max(200).optional(),
    rule_ref: z.string().max(200).optional(),
    source: PathId.optional(),
    trace_tag: z.string().max(200).optional(),
  }),
  status: 200,
  result: pageOf(EventSummary),
} as const satisfies Operation;

export const createEvent = {
  id: 'createEvent',
  method: 'POST',
  path: '/api/v1/events',
  tag,
  summary: 'Emit an event; 2xx means stored, matched and queued',
  access: { tokens: ['identity', 'execution', 'sensor'], permission: 'events:create' },
  body: EventCreate,
  status: 201,
  result: data(Event),
} as const satisfies Operation;

export const getEvent = {
  id: 'getEvent',
  method: 'GET',
  path: '/api/v1/events/{id}',
  tag,
  summary: 'Get an event',
  access: { tokens: ['identity'], permission: 'events:read' },
  params: z.object({ id: PathId }),
  status: 200,
  result: data(Event),
} as const satisfies Operation;

export const getEventVerdicts = {
  id: 'getEventVerdicts',
  method: 'GET',
  path: '/api/v1/events/{id}/rules',
  tag,
  summary: 'Every rule of the trigger at that instant: matched, or the first condition that failed',
  access: { tokens: ['identity'], permission: 'events:read' },
  params: z.object({ id: PathId }),
  status: 200,
  result: data(z.array(RuleVerdict)),
} as const satisfies Operation;

export const eventOperations = [listEvents, createEvent, getEvent, getEventVerdicts] as const;
