import type { Event, EventSummary } from '#lib/contracts/events.ts';
import { timestamp } from '#server/http/paging.ts';
import type { EventRow, ListedEvent } from './repository.ts';

export const toSummary = (row: ListedEvent): EventSummary => ({
  id: row.id,
  trigger: row.trigger_id,
  trigger_ref: row.trigger_ref,
  source: row.source_kind === 'sensor' ? row.source_id : null,
  source_ref: row.source_ref,
  source_kind: row.source_kind,
  // 0 is a rule that was not there any more when the event for it came.
  rule: row.rule_id === 0 ? null : row.rule_id,
  rule_ref: row.rule_ref,
  trace_tag: row.trace_tag,
  has_payload: row.has_payload,
  created: timestamp(row.created),
});

export const toEvent = (row: EventRow): Event => ({
  ...toSummary({ ...row, has_payload: Object.keys(row.payload).length > 0 }),
  payload: row.payload,
  config: row.config,
  rule_set_revision: row.rule_set_revision,
});
