import type { AuditEvent, AuditEventSummary } from '#lib/contracts/audit.ts';
import type { AuditEvent as AuditRow } from '#server/db/generated/client.ts';
import { timestamp } from '#server/http/paging.ts';
import { asObjectOrNull } from '#server/packs/json.ts';

export const presentAuditEventSummary = (
  row: Omit<AuditRow, 'details' | 'prevHash' | 'hash'>,
): AuditEventSummary => ({
  id: Number(row.id),
  category: row.category,
  event_type: row.eventType,
  outcome: row.outcome,
  actor_identity: row.actorId,
  actor_login: row.actorLogin,
  actor_token_type: row.actorKind,
  actor_token_id: row.actorTokenId,
  actor_ip: row.actorAddress,
  resource_type: row.resourceType,
  resource_id: row.resourceId === null ? null : Number(row.resourceId),
  resource_ref: row.resourceRef,
  request_id: row.requestId,
  http_method: row.httpMethod,
  http_path: row.httpPath,
  http_status: row.httpStatus,
  count: row.count,
  chained: row.chainSeq !== null,
  created: timestamp(row.createdAt),
});

export const presentAuditEvent = (row: AuditRow): AuditEvent => ({
  ...presentAuditEventSummary(row),
  details: asObjectOrNull(row.details),
  correlation_chain: null,
  chain_seq: row.chainSeq === null ? null : Number(row.chainSeq),
  prev_hash: hex(row.prevHash),
  hash: hex(row.hash),
});

const hex = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString('hex');
