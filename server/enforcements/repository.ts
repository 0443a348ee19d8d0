import type { JsonObject, JsonValue } from '#lib/domain/json.ts';
import type { Sql } from '#server/db/sql.ts';
import { type Where, where } from '#server/db/where.ts';
import type { KeysetWindow } from '#server/http/paging.ts';

export type EnforcementStatus = 'created' | 'processed' | 'disabled';

/** Why no execution was made. */
export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly details: JsonValue;
}

export interface NewEnforcement {
  readonly rule_id: number;
  readonly rule_ref: string;
  readonly rule_version: number;
  readonly trigger_ref: string;
  readonly event_id: number;
  readonly config: JsonValue;
  readonly conditions: JsonValue;
  readonly status: 'processed' | 'disabled';
  readonly reason: Reason | null;
}

/** Inserts enforcements in one statement. The ids come in the order of the input. */
export async function insertEnforcements(
  on: Sql,
  rows: readonly NewEnforcement[],
): Promise<number[]> {
  if (rows.length === 0) return [];
  const inserted = await on.query<{ id: number }>(
    `with input as (
       select nextval('enforcement_id_seq') as id, r.*
       from rows from (jsonb_to_recordset($1::jsonb) as (
         rule_id int, rule_ref text, rule_version int, trigger_ref text, event_id bigint, config jsonb, conditions jsonb,
         status text, reason jsonb)) with ordinality as r (
         rule_id, rule_ref, rule_version, trigger_ref, event_id, config, conditions, status, reason, position)
     ), inserted as (
       insert into enforcement (id, rule_id, rule_ref, rule_version, trigger_ref, event_id, config, conditions, status,
                                reason, resolved_at)
       select id, rule_id, rule_ref, rule_version, trigger_ref, event_id, config, coalesce(conditions, 'null'), status, reason, now()
       from input order by position
     )
     select id from input order by position`,
    [JSON.stringify(rows)],
  );
  return inserted.map(({ id }) => id);
}

export interface EnforcementRow {
  readonly id: number;
  readonly rule_id: number;
  readonly rule_ref: string;
  readonly rule_version: number;
  readonly trigger_ref: string;
  readonly event_id: number;
  readonly execution_id: number | null;
  readonly config: JsonObject | null;
  readonly payload: JsonObject | null;
  readonly conditions: JsonValue;
  readonly condition: 'all' | 'any';
  readonly status: EnforcementStatus;
  readonly reason: Reason | null;
  readonly created: Date;
  readonly resolved_at: Date | null;
}

/** @param source where enforcements come from: the table, or a page of it */
const selectFrom = (source: string) => `
  select f.id, f.rule_id, f.rule_ref, f.rule_version, f.trigger_ref, f.event_id, e.id as execution_id, f.config,
         v.payload, f.conditions, f.condition, f.status, f.reason, f.created, f.resolved_at
  from ${source} f left join execution e on e.enforcement_id = f.id left join event v on v.id = f.event_id`;

export interface EnforcementFilter {
  readonly rule?: number | undefined;
  readonly event?: number | undefined;
  readonly status?: EnforcementStatus | undefined;
  readonly trigger_ref?: string | undefined;
  readonly rule_ref?: string | undefined;
}

function conditions(filter: EnforcementFilter, beforeId: number | null): Where {
  const asked = where();
  asked.add(filter.rule, (p) => `f.rule_id = ${p}`);
  asked.add(filter.event, (p) => `f.event_id = ${p}`);
  asked.add(filter.status, (p) => `f.status = ${p}`);
  // Said as well, since the index of the odd ones holds no others and a prepared statement does not know its values.
  if (filter.status !== undefined && filter.status !== 'processed')
    asked.say(`f.status <> 'processed'`);
  asked.add(filter.trigger_ref, (p) => `f.trigger_ref = ${p}`);
  asked.add(filter.rule_ref, (p) => `f.rule_ref = ${p}`);
  asked.add(beforeId, (p) => `f.id < ${p}`);
  return asked;
}

/** Newest first, one row more than asked for, if there is. */
export const listEnforcements = (
  on: Sql,
  filter: EnforcementFilter,
  { beforeId, limit, offset }: KeysetWindow,
): Promise<EnforcementRow[]> => {
  const { text, values } = conditions(filter, beforeId);
  return on.query<EnforcementRow>(
    // The page first: what is joined to it is looked up for its rows only.
    `${selectFrom(`(select * from enforcement f ${text()} order by f.id desc limit ${limit + 1} offset ${offset})`)}
     order by f.id desc`,
    values,
  );
};

export async function countEnforcements(on: Sql, filter: EnforcementFilter): Promise<number> {
  const { text, values } = conditions(filter, null);
  const [row] = await on.query<{ count: number }>(
    `select count(*) as count from enforcement f ${text()}`,
    values,
  );
  return row?.count ?? 0;
}

export async function findEnforcement(on: Sql, id: number): Promise<EnforcementRow | null> {
  const [row] = await on.query<EnforcementRow>(`${selectFrom('enforcement')} where f.id = $1`, [
    id,
  ]);
  return row ?? null;
}
