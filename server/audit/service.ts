import type {
  AuditChain,
  AuditEvent,
  AuditEventSummary,
  AuditFilter,
} from '#lib/contracts/audit.ts';
import type { PageOf } from '#lib/contracts/common.ts';
import { notFound, unprocessable } from '#lib/errors.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';
import { pageWindow, timestampOrNull, toPage } from '#server/http/paging.ts';
import { presentAuditEvent, presentAuditEventSummary } from './present.ts';
import * as audit from './repository.ts';

const BY_REQUEST_MAX = 1_000;

/** @throws AppError `VALIDATION_ERROR` for a cursor that we did not make */
export async function listAuditEvents(
  actor: Actor,
  query: AuditFilter,
): Promise<PageOf<AuditEventSummary>> {
  authorize(actor, 'audit_log:read');
  const window = pageWindow(query);
  const before = readCursor(query.cursor);
  const newest =
    before === null && query.created_before !== undefined
      ? await audit.findIdAfter(query.created_before)
      : before;
  const after = query.q === undefined ? null : await audit.findSearchEnd(query, newest);
  const [rows, total] = await Promise.all([
    audit.listAuditEvents(
      query,
      { before: newest, after },
      { skip: before === null ? window.offset : 0, take: window.limit + 1 },
    ),
    query.include_total === true ? audit.countAuditEvents(query) : null,
  ]);
  const page = toPage(rows, window, presentAuditEventSummary, {
    total,
    cursorOf: ({ id }) => String(id),
  });
  if (page.pagination.has_next || after === null) return page;
  // Fewer hits than a page holds, and older acts that were not looked at.
  const further = { has_next: true, next_cursor: String(after + 1n) };
  return { items: page.items, pagination: { ...page.pagination, ...further } };
}

/** @throws AppError `NOT_FOUND` */
export async function getAuditEvent(actor: Actor, id: number): Promise<AuditEvent> {
  authorize(actor, 'audit_log:read');
  const row = await audit.findAuditEvent(id);
  if (row === null) throw notFound('audit event', id);
  return presentAuditEvent(row);
}

/** How far the hash chain has come. Whether it holds, only `attune audit verify` says: that reads every row. */
export async function getAuditChain(actor: Actor): Promise<AuditChain> {
  authorize(actor, 'audit_log:read');
  const state = await audit.findChainState();
  if (state === null) throw new Error('The row of audit_chain is missing: restore a backup.');
  return {
    ...state,
    head_created: timestampOrNull(state.head_created),
    oldest_unchained: timestampOrNull(state.oldest_unchained),
  };
}

/** Everything that one request did, in order; empty when nothing is known of it. */
export async function listAuditEventsByRequest(
  actor: Actor,
  requestId: string,
): Promise<AuditEvent[]> {
  authorize(actor, 'audit_log:read');
  return (await audit.listByRequest(requestId, BY_REQUEST_MAX)).map(presentAuditEvent);
}

/** A cursor as an id. @throws AppError `VALIDATION_ERROR` */
export function readCursor(cursor: string | undefined): bigint | null {
  if (cursor === undefined) return null;
  if (!/^\d{1,18}$/.test(cursor)) {
    throw unprocessable(`The cursor '${cursor}' is not one of ours.`, [
      { path: 'query.cursor', message: 'is the `next_cursor` of a page, unchanged' },
    ]);
  }
  return BigInt(cursor);
}
