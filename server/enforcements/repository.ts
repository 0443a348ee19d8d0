import type { JsonObject, JsonValue } from '#lib/domain/json.ts';
import type { Sql } from '#server/db/sql.ts';
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

const SELECT = `
  select f.id, f.rule_id, f.rule_ref, f.rule_version, f.trigger_ref, f.event_id, e.id as execution_id, f.config,
         v.payload, f.conditions, f.condition, f.status, f.reason, f.created, f.resolved_at
  from enforcement f left join execution e on e.enforcement_id = f.id left join event v on v.id = f.event_id`;

export interface EnforcementFilter {
  readonly rule?: number | undefined;
  readonly event?: number | undefined;
  readonly status?: EnforcementStatus | undefined;
  readonly trigger_ref?: string | undefined;
  readonly rule_ref?: string | undefined;
}

const WHERE = `($1::int is null or f.rule_id = $1) and ($2::bigint is null or f.event_id = $2)
  and ($3::text is null or f.status = $3) and ($4::text is null or f.trigger_ref = $4)
  and ($5::text is null or f.rule_ref = $5)`;

const values = (filter: EnforcementFilter): unknown[] => [
  filter.rule ?? null,
  filter.event ?? null,
  filter.status ?? null,
  filter.trigger_ref ?? null,
  filter.rule_ref ?? null,
];

/** Newest first, one row more than asked for, if there is. */
export const listEnforcements = (
  on: Sql,
  filter: EnforcementFilter,
  window: KeysetWindow,
): Promise<EnforcementRow[]> =>
  on.query<EnforcementRow>(
    `${SELECT} where ${WHERE} and ($6::bigint is null or f.id < $6) order by f.id desc limit $7 offset $8`,
    [...values(filter), window.beforeId, window.limit + 1, window.offset],
  );

export async function countEnforcements(on: Sql, filter: EnforcementFilter): Promise<number> {
  const [row] = await on.query<{ count: number }>(
    `select count(*) as count from enforcement f where ${WHERE}`,
    values(filter),
  );
  return row?.count ?? 0;
}

export async function findEnforcement(on: Sql, id: number): Promise<EnforcementRow | null> {
  const [row] = await on.query<EnforcementRow>(`${SELECT} where f.id = $1`, [id]);
  return row ?? null;
}
