import type { JsonObject } from '#lib/domain/json.ts';
import type { Sql } from '#server/db/sql.ts';
import { type Where, where } from '#server/db/where.ts';
import type { KeysetWindow } from '#server/http/paging.ts';

export type SourceKind = 'sensor' | 'execution' | 'webhook' | 'identity';

export interface NewEvent {
  readonly trigger_id: number | null;
  readonly trigger_ref: string;
  readonly payload: JsonObject;
  readonly config: JsonObject | null;
  readonly source_kind: SourceKind;
  readonly source_id: number | null;
  readonly source_ref: string | null;
  readonly rule_id: number | null;
  readonly rule_ref: string | null;
  readonly trace_tag: string | null;
  readonly dedupe_key: string | null;
  readonly rule_set_revision: number;
}

/** What became of one new event: its row, or the earlier one with the same dedupe key. */
export interface Inserted {
  readonly id: number;
  readonly isNew: boolean;
  /** Of a new one; the row of an earlier one has to be read. */
  readonly created: Date;
}

/**
 * Inserts events in one statement, in the order of the input. One whose dedupe key is taken is the event that took
 * it, even if that is in the same batch.
 */
export async function insertEvents(on: Sql, rows: readonly NewEvent[]): Promise<Inserted[]> {
  const tried = await on.query<{ id: number; inserted: boolean; created: Date }>(
    `with input as (
       select nextval('event_id_seq') as id, r.*
       from rows from (jsonb_to_recordset($1::jsonb) as (
         trigger_id int, trigger_ref text, payload jsonb, config jsonb, source_kind text, source_id bigint, source_ref text,
         rule_id int, rule_ref text, trace_tag text, dedupe_key text, rule_set_revision bigint)) with ordinality as r (
         trigger_id, trigger_ref, payload, config, source_kind, source_id, source_ref, rule_id, rule_ref, trace_tag,
         dedupe_key, rule_set_revision, position)
     ), inserted as (
       insert into event (id, trigger_id, trigger_ref, payload, config, source_kind, source_id, source_ref, rule_id,
                          rule_ref, trace_tag, dedupe_key, rule_set_revision)
       select id, trigger_id, trigger_ref, payload, config, source_kind, source_id, source_ref, rule_id, rule_ref,
              trace_tag, dedupe_key, rule_set_revision
       from input order by position
       on conflict (trigger_ref, dedupe_key) do nothing
       returning id
     )
     select input.id, inserted.id is not null as inserted, now() as created
     from input left join inserted on inserted.id = input.id order by input.position`,
    [JSON.stringify(rows)],
  );
  if (tried.every(({ inserted }) => inserted))
    return tried.map(({ id, created }) => ({ id, isNew: true, created }));
  // A statement of its own: the rows that were in the way are visible only after the insert has waited for them.
  const earlier = await on.query<{ id: number; trigger_ref: string; dedupe_key: string }>(
    `select e.id, e.trigger_ref, e.dedupe_key
     from jsonb_to_recordset($1::jsonb) as r (trigger_ref text, dedupe_key text)
     join event e on e.trigger_ref = r.trigger_ref and e.dedupe_key = r.dedupe_key`,
    [JSON.stringify(rows.map(({ trigger_ref, dedupe_key }) => ({ trigger_ref, dedupe_key })))],
  );
  const byKey = new Map(
    earlier.map((row) => [JSON.stringify([row.trigger_ref, row.dedupe_key]), row.id]),
  );
  return tried.map(({ id, inserted, created }, at) => {
    const row = rows[at];
    const known = byKey.get(JSON.stringify([row?.trigger_ref, row?.dedupe_key]));
    return inserted || known === undefined
      ? { id, isNew: inserted, created }
      : { id: known, isNew: false, created };
  });
}

/** An event without what it carries, which may be a megabyte. */
export interface EventHead {
  readonly id: number;
  readonly trigger_id: number | null;
  readonly trigger_ref: string;
  readonly source_kind: SourceKind;
  readonly source_id: number | null;
  readonly source_ref: string | null;
  readonly rule_id: number | null;
  readonly rule_ref: string | null;
  readonly trace_tag: string | null;
  readonly rule_set_revision: number;
  readonly created: Date;
}

export interface EventRow extends EventHead {
  readonly payload: JsonObject;
  readonly config: JsonObject | null;
}

export interface ListedEvent extends EventHead {
  readonly has_payload: boolean;
}

const HEAD = `v.id, v.trigger_id, v.trigger_ref, v.source_kind, v.source_id, v.source_ref, v.rule_id, v.rule_ref,
  v.trace_tag, v.rule_set_revision, v.created`;

export const findEvents = (on: Sql, ids: readonly number[]): Promise<EventRow[]> =>
  on.query<EventRow>(`select ${HEAD}, v.payload, v.config from event v where v.id = any ($1)`, [
    ids,
  ]);

export interface EventFilter {
  readonly trigger?: number | undefined;
  readonly trigger_ref?: string | undefined;
  readonly rule_ref?: string | undefined;
  readonly source?: number | undefined;
  readonly trace_tag?: string | undefined;
}

/** @param page how many rows are wanted at most; null: all are */
function conditions(filter: EventFilter, beforeId: number | null, page: number | null): Where {
  const asked = where();
  const { rule_ref: rule, ...others } = filter;
  const isRuleOnly = page !== null && Object.values(others).every((value) => value === undefined);
  // A rule has one enforcement for an event: the newest of these are the newest of those, and no more are needed.
  const newest = isRuleOnly
    ? `${beforeId === null ? '' : `and f.event_id < ${beforeId}`} order by f.event_id desc limit ${page}`
    : '';
  asked.add(filter.trigger, (p) => `v.trigger_id = ${p}`);
  asked.add(filter.trigger_ref, (p) => `v.trigger_ref = ${p}`);
  asked.add(
    rule,
    (p) => `v.id in (select f.event_id from enforcement f where f.rule_ref = ${p} ${newest})`,
  );
  asked.add(filter.source, (p) => `v.source_kind = 'sensor' and v.source_id = ${p}`);
  asked.add(filter.trace_tag, (p) => `v.trace_tag = ${p}`);
  asked.add(beforeId, (p) => `v.id < ${p}`);
  return asked;
}

const page = <Row>(
  on: Sql,
  columns: string,
  filter: EventFilter,
  { beforeId, limit, offset }: KeysetWindow,
): Promise<Row[]> => {
  const { text, values } = conditions(filter, beforeId, limit + offset + 1);
  return on.query<Row>(
    `select ${columns} from event v ${text()} order by v.id desc limit ${limit + 1} offset ${offset}`,
    values,
  );
};

/** Newest first, one row more than asked for, if there is. */
export const listEvents = (
  on: Sql,
  filter: EventFilter,
  window: KeysetWindow,
): Promise<EventRow[]> => page(on, `${HEAD}, v.payload, v.config`, filter, window);

/** The same without what they carry. */
export const listEventHeads = (
  on: Sql,
  filter: EventFilter,
  window: KeysetWindow,
): Promise<ListedEvent[]> => page(on, `${HEAD}, v.payload <> '{}' as has_payload`, filter, window);

export async function countEvents(on: Sql, filter: EventFilter): Promise<number> {
  const { text, values } = conditions(filter, null, null);
  const [row] = await on.query<{ count: number }>(
    `select count(*) as count from event v ${text()}`,
    values,
  );
  return row?.count ?? 0;
}

export interface VersionRow {
  readonly rule_id: number;
  readonly rule_ref: string;
  readonly version: number;
  readonly enabled: boolean;
  readonly conditions: unknown;
  readonly enforcement_id: number | null;
  readonly execution_id: number | null;
  readonly reason: { readonly message: string } | null;
}

/** Every rule of the event's trigger as it was at the event's revision, and what came of it. */
export const listVersionsAt = (on: Sql, event: EventRow): Promise<VersionRow[]> =>
  on.query<VersionRow>(
    `select r.rule_id, r.rule_ref, r.version, r.enabled, r.conditions, f.id as enforcement_id, e.id as execution_id, f.reason
     from rule_version r
     left join enforcement f on f.event_id = $3 and f.rule_id = r.rule_id
     left join execution e on e.enforcement_id = f.id
     where r.trigger_ref = $1 and r.valid_from_revision <= $2 and (r.valid_until_revision is null or r.valid_until_revision > $2)
     order by r.rule_id`,
    [event.trigger_ref, event.rule_set_revision, event.id],
  );
