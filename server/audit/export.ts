import type { AuditEvent, AuditFilter } from '#lib/contracts/audit.ts';
import { type CsvCell, toCsvLine } from '#lib/csv.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';
import { presentAuditEvent } from './present.ts';
import { listWholeAuditEvents } from './repository.ts';
import { readCursor } from './service.ts';

const BATCH_ROWS = 1_000;

const COLUMNS = [
  'id',
  'created',
  'outcome',
  'category',
  'event_type',
  'actor_identity',
  'actor_login',
  'actor_token_type',
  'actor_token_id',
  'actor_ip',
  'resource_type',
  'resource_id',
  'resource_ref',
  'request_id',
  'http_method',
  'http_path',
  'http_status',
  'count',
  'details',
  'chain_seq',
  'prev_hash',
  'hash',
] as const satisfies readonly (keyof AuditEvent)[];

/**
 * The filtered list, newest first, to its end. It is read as fast as it is taken, a batch at a time: neither the rows nor
 * the text of a long one are ever held whole, and one that nobody goes on reading stops.
 */
export function exportAuditEvents(actor: Actor, filter: AuditFilter): Response {
  authorize(actor, 'audit_log:read');
  const lines = linesOf(filter);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await lines.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="audit.csv"',
    },
  });
}

async function* linesOf(filter: AuditFilter): AsyncGenerator<string, undefined> {
  let before = readCursor(filter.cursor);
  yield toCsvLine(COLUMNS);
  for (;;) {
    const rows = await listWholeAuditEvents(filter, before, BATCH_ROWS);
    if (rows.length > 0) yield rows.map((row) => lineOf(presentAuditEvent(row))).join('');
    before = rows.at(-1)?.id ?? null;
    if (rows.length < BATCH_ROWS) return undefined;
  }
}

const lineOf = (event: AuditEvent): string =>
  toCsvLine(
    COLUMNS.map((column): CsvCell => {
      const value = event[column];
      return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
    }),
  );
