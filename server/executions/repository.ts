import type { ExecutionStatus } from '#lib/domain/execution-status.ts';
import type { JsonObject } from '#lib/domain/json.ts';
import type { Sql } from '#server/db/sql.ts';
import type { KeysetWindow } from '#server/http/paging.ts';
import { type ListFilter, listConditions } from './list-filter.ts';

/** An execution as it is asked for. */
export interface NewExecution {
  readonly action_id: number;
  readonly action_ref: string;
  readonly pack_ref: string;
  /** Parameters with defaults; secret values are masked here and encrypted in `secret_config`. */
  readonly config: JsonObject;
  /** base64; null when no secret came by value. */
  readonly secret_config: string | null;
  readonly env_vars: Readonly<Record<string, string>>;
  readonly parent_id: number | null;
  readonly root_id: number | null;
  readonly enforcement_id: number | null;
  readonly rule_ref: string | null;
  readonly trigger_ref: string | null;
  readonly trace_tag: string | null;
  readonly identity_id: number | null;
  readonly permission_set_refs: readonly string[];
  readonly timeout_seconds: number;
  readonly queue_timeout_seconds: number | null;
  readonly max_retries: number;
  readonly idempotency_key: string | null;
}

/** Inserts executions in one statement. The ids come in the order of the input. */
export async function insertExecutions(on: Sql, rows: readonly NewExecution[]): Promise<number[]> {
  const inserted = await on.query<{ id: number }>(
    `with input as (
       select nextval('execution_id_seq') as id, r.*
       from rows from (jsonb_to_recordset($1::jsonb) as (
         action_id int, action_ref text, pack_ref text, config jsonb, secret_config text, env_vars jsonb,
         parent_id bigint, root_id bigint, enforcement_id bigint, rule_ref text, trigger_ref text, trace_tag text,
         identity_id int, permission_set_refs text[], timeout_seconds int, queue_timeout_seconds int, max_retries int,
         idempotency_key text)) with ordinality as r (
         action_id, action_ref, pack_ref, config, secret_config, env_vars, parent_id, root_id, enforcement_id, rule_ref,
         trigger_ref, trace_tag, identity_id, permission_set_refs, timeout_seconds, queue_timeout_seconds, max_retries,
         idempotency_key, position)
     ), inserted as (
       insert into execution (id, action_id, action_ref, pack_ref, config, secret_config, env_vars, parent_id, root_id,
         enforcement_id, rule_ref, trigger_ref, trace_tag, identity_id, permission_set_refs, timeout_seconds,
         queue_timeout_seconds, max_retries, idempotency_key)
       select id, action_id, action_ref, pack_ref, config, decode(secret_config, 'base64'), env_vars, parent_id, root_id,
         enforcement_id, rule_ref, trigger_ref, trace_tag, identity_id, permission_set_refs, timeout_seconds,
         queue_timeout_seconds, max_retries, idempotency_key
       from input order by position
     )
     select id from input order by position`,
    [JSON.stringify(rows)],
  );
  return inserted.map(({ id }) => id);
}

/** A row of a list. */
export interface SummaryRow {
  readonly id: number;
  readonly action_ref: string;
  readonly status: ExecutionStatus;
  readonly created: Date;
  readonly updated: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly enforcement_id: number | null;
  readonly parent_id: number | null;
  readonly rule_ref: string | null;
  readonly trigger_ref: string | null;
  readonly trace_tag: string | null;
  readonly worker_id: number | null;
  readonly attempt_count: number;
  readonly end_reason: string | null;
  readonly exit_code: number | null;
  readonly error: string | null;
  readonly timeout_seconds: number;
}

const SUMMARY = `e.id, e.action_ref, e.status, e.created, e.updated, e.started_at, e.finished_at, e.enforcement_id,
  e.parent_id, e.rule_ref, e.trigger_ref, e.trace_tag, e.worker_id, e.attempt_count, e.end_reason,
  (e.result ->> 'exit_code')::int as exit_code, left(e.result ->> 'error', 500) as error, e.timeout_seconds`;

/** Newest first. Ids only grow, so ordering by id is ordering by creation. One row more than asked for, if there is. */
export async function listSummaries(
  on: Sql,
  filter: ListFilter,
  window: KeysetWindow,
): Promise<SummaryRow[]> {
  const { text, values } = listConditions(filter, window.beforeId);
  return on.query<SummaryRow>(
    `select ${SUMMARY} from execution e ${text} order by e.id desc limit ${window.limit + 1} offset ${window.offset}`,
    values,
  );
}

export async function countExecutions(on: Sql, filter: ListFilter): Promise<number> {
  const { text, values } = listConditions(filter, null);
  const [row] = await on.query<{ count: number }>(
    `select count(*) as count from execution e ${text}`,
    values,
  );
  return row?.count ?? 0;
}

export interface ExecutionRow extends SummaryRow {
  readonly action_id: number | null;
  readonly pack_ref: string;
  readonly config: JsonObject;
  readonly env_vars: Record<string, string>;
  readonly result: JsonObject | null;
  readonly identity_id: number | null;
  readonly identity_login: string | null;
  readonly event_id: number | null;
  readonly root_id: number | null;
  readonly permission_set_refs: string[];
  readonly queue_timeout_seconds: number | null;
  readonly max_retries: number;
  readonly run_after: Date | null;
  readonly cancel_requested_at: Date | null;
  readonly cancel_requested_by: string | null;
  readonly cancel_reason: string | null;
}

export async function findExecution(on: Sql, id: number): Promise<ExecutionRow | null> {
  const [row] = await on.query<ExecutionRow>(
    `select ${SUMMARY}, e.action_id, e.pack_ref, e.config, e.env_vars, e.result, e.identity_id, i.login as identity_login,
            f.event_id, e.root_id, e.permission_set_refs, e.queue_timeout_seconds, e.max_retries, e.run_after,
            e.cancel_requested_at, e.cancel_requested_by, e.cancel_reason
     from execution e
     left join identity i on i.id = e.identity_id
     left join enforcement f on f.id = e.enforcement_id
     where e.id = $1`,
    [id],
  );
  return row ?? null;
}

export async function findIdByIdempotencyKey(
  on: Sql,
  identityId: number,
  key: string,
): Promise<number | null> {
  const [row] = await on.query<{ id: number }>(
    'select id from execution where identity_id = $1 and idempotency_key = $2',
    [identityId, key],
  );
  return row?.id ?? null;
}

/** Counts by status; executions that are gone by retention are not in it. */
export const countByStatus = (on: Sql): Promise<{ status: ExecutionStatus; count: number }[]> =>
  on.query('select status, count(*) as count from execution group by status');

export interface CancelRequest {
  readonly by: string;
  readonly reason: string | null;
}

/** Ends an execution that still waits; null when it does not wait. */
export async function cancelWaiting(
  on: Sql,
  id: number,
  { by, reason }: CancelRequest,
): Promise<boolean> {
  const rows = await on.query(
    `update execution set status = 'cancelled', end_reason = 'cancel', finished_at = now(), updated = clock_timestamp(),
            cancel_requested_at = now(), cancel_requested_by = $2, cancel_reason = $3,
            result = jsonb_build_object('succeeded', false, 'cancelled', true, 'error', 'Cancelled by ' || $2::text || ' before it started')
     where id = $1 and status in ('requested', 'scheduling', 'scheduled') returning 1`,
    [id, by, reason],
  );
  return rows.length === 1;
}

/** Asks for the end of a running execution; its worker settles it. Null when it does not run. */
export async function cancelRunning(
  on: Sql,
  id: number,
  { by, reason }: CancelRequest,
): Promise<{ worker_id: number | null } | null> {
  const [row] = await on.query<{ worker_id: number | null }>(
    `update execution set status = 'canceling', updated = clock_timestamp(),
            cancel_requested_at = now(), cancel_requested_by = $2, cancel_reason = $3
     where id = $1 and status = 'running' returning worker_id`,
    [id, by, reason],
  );
  return row ?? null;
}
