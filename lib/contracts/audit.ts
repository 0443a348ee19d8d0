import { z } from 'zod';
import { CursorQuery, data, Id, JsonObject, pageOf, PathId, Timestamp } from './common.ts';
import type { Operation } from './operation.ts';

export const AuditCategory = z.enum([
  'admin',
  'api',
  'auth',
  'execution',
  'pack',
  'rbac',
  'secret',
]);
export const AuditOutcome = z.enum(['success', 'failure', 'denied']);

export const AuditEventSummary = z
  .object({
    id: Id,
    category: z.string(),
    event_type: z.string(),
    outcome: z.string(),
    actor_identity: Id.nullable(),
    actor_login: z.string().nullable(),
    actor_token_type: z.string().nullable(),
    actor_token_id: Id.nullable().describe(
      'The API token that it was done with; null for all else, and for acts from before this was kept.',
    ),
    actor_ip: z.string().nullable(),
    resource_type: z.string().nullable(),
    resource_id: z.int().nullable(),
    resource_ref: z.string().nullable(),
    request_id: z.string().nullable(),
    http_method: z.string().nullable(),
    http_path: z.string().nullable(),
    http_status: z.int().nullable(),
    count: z
      .int()
      .describe(
        'How often the same happened: refused calls without an identity are counted by the minute.',
      ),
    chained: z
      .boolean()
      .describe('Whether it is linked into the hash chain; within seconds it is.'),
    created: Timestamp,
  })
  .meta({ id: 'AuditEventSummary' });
export type AuditEventSummary = z.infer<typeof AuditEventSummary>;

export const AuditEvent = AuditEventSummary.extend({
  details: JsonObject.nullable(),
  correlation_chain: JsonObject.nullable(),
  chain_seq: z.int().nullable().describe('Its place in the hash chain; null until it is linked.'),
  prev_hash: z.string().nullable().describe('SHA-256 of the row before, in hex.'),
  hash: z.string().nullable().describe('SHA-256 over `prev_hash` and this row, in hex.'),
}).meta({ id: 'AuditEvent' });
export type AuditEvent = z.infer<typeof AuditEvent>;

const Instant = z.iso.datetime({ offset: true });

export const AuditFilter = CursorQuery.extend({
  category: AuditCategory.optional(),
  event_type: z
    .string()
    .max(100)
    .optional()
    .describe('`rule.updated`; with a star at its end, all that begin so: `key.*`.'),
  outcome: AuditOutcome.optional(),
  actor_identity: PathId.optional(),
  actor_login: z.string().max(200).optional(),
  resource_type: z.string().max(100).optional(),
  resource_id: PathId.optional(),
  resource_ref: z.string().max(300).optional(),
  execution: PathId.optional().describe(
    'What was done to this execution, and what it did itself with the tokens of its attempts.',
  ),
  request_id: z.string().max(64).optional(),
  http_status: z.coerce.number().pipe(z.int().min(100).max(599)).optional(),
  http_method: z.string().max(10).optional(),
  http_path: z.string().max(300).optional(),
  actor_token_type: z.string().max(30).optional(),
  actor_token_id: PathId.optional().describe('What was done with this API token.'),
  actor_ip: z.string().max(100).optional(),
  q: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('Part of an event type, a login, an address, a resource or a path, in any case.'),
  processes: z
    .stringbool()
    .optional()
    .describe('False leaves out what runs and sensors did with their tokens.'),
  chained: z.stringbool().optional(),
  created_after: Instant.optional(),
  created_before: Instant.optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

/** How far the hash chain has come; what it proves, `attune audit verify` computes. */
export const AuditChain = z
  .object({
    head_seq: z.int().describe('The place of the last row that was linked; 0 = none yet.'),
    head_hash: z.string().describe('Its hash, in hex: note it outside, to compare one day.'),
    head_created: Timestamp.nullable().describe('When that row was written.'),
    anchor_seq: z.int().describe('The place of the last row that retention deleted; 0 = none.'),
    unchained: z.int().describe('Rows that wait to be linked.'),
    oldest_unchained: Timestamp.nullable(),
  })
  .meta({ id: 'AuditChain' });
export type AuditChain = z.infer<typeof AuditChain>;

const tag = 'audit';
const access = { tokens: ['identity'], permission: 'audit_log:read' } as const;

export const listAuditEvents = {
  id: 'listAuditEvents',
  method: 'GET',
  path: '/api/v1/audit-events',
  tag,
  summary: 'List who did what, newest first',
  access,
  query: AuditFilter,
  status: 200,
  result: pageOf(AuditEventSummary),
} as const satisfies Operation;

export const exportAuditEvents = {
  id: 'exportAuditEvents',
  method: 'GET',
  path: '/api/v1/audit-events/export',
  tag,
  summary: 'The same list, whole, as comma-separated values',
  access,
  query: AuditFilter,
  status: 200,
  produces: ['text/csv'],
} as const satisfies Operation;

export const getAuditChain = {
  id: 'getAuditChain',
  method: 'GET',
  path: '/api/v1/audit-events/chain',
  tag,
  summary: 'How far the hash chain of the audit has come',
  access,
  status: 200,
  result: data(AuditChain),
} as const satisfies Operation;

export const getAuditEventsByRequest = {
  id: 'getAuditEventsByRequest',
  method: 'GET',
  path: '/api/v1/audit-events/by-request/{request_id}',
  tag,
  summary: 'Everything that one request did',
  access,
  params: z.object({ request_id: z.string().min(1).max(64) }),
  status: 200,
  result: data(z.array(AuditEvent)),
} as const satisfies Operation;

export const getAuditEvent = {
  id: 'getAuditEvent',
  method: 'GET',
  path: '/api/v1/audit-events/{id}',
  tag,
  summary: 'Get an audit event',
  access,
  params: z.object({ id: PathId }),
  status: 200,
  result: data(AuditEvent),
} as const satisfies Operation;

export const auditOperations = [
  listAuditEvents,
  exportAuditEvents,
  getAuditChain,
  getAuditEventsByRequest,
  getAuditEvent,
] as const;
