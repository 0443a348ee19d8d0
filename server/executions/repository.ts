import type { CancellationPolicy } from '#lib/domain/cancellation.ts';
import type { OnLimit } from '#lib/domain/concurrency.ts';
import type { ExecutionStatus } from '#lib/domain/execution-status.ts';
import type { JsonObject } from '#lib/domain/json.ts';
import type { Sql, Tx } from '#server/db/sql.ts';
import type { KeysetWindow } from '#server/http/paging.ts';
import { type ListFilter, listSource, searchEnd } from './list-filter.ts';

/** How long an execution may take, how often it is tried, and what it must share. */
export interface ExecutionTerms {
  readonly timeout_seconds: number;
  readonly queue_timeout_seconds: number | null;
  readonly deadline_seconds: number | null;
  readonly max_retries: number;
  readonly idempotent: boolean;
  readonly retry_on_timeout: boolean;
  /** Null: the usual one. */
  readonly retry_policy: JsonObject | null;
  readonly cancellation_policy: CancellationPolicy;
  readonly concurrency_key: string | null;
  readonly concurrency_limit: number | null;
  readonly on_limit: OnLimit | null;
}

/** An execution as it is asked for. */
export interface NewExecution extends ExecutionTerms {
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
  /** The run that it does once more. */
  readonly rerun_of: number | null;
  readonly enforcement_id: number | null;
  readonly rule_ref: string | null;
  readonly trigger_ref: string | null;
  readonly trace_tag: string | null;
  readonly identity_id: number | null;
  readonly permission_set_refs: readonly string[];
  /** What bounds whoever asked, a restricted API token; null: nothing does. */
  readonly restricted_to: readonly string[] | null;
  readonly idempotency_key: string | null;
}

/** The columns of a new execution, as the database types them. */
const NEW = {
  action_id: 'int',
  action_ref: 'text',
  pack_ref: 'text',
  config: 'jsonb',
  secret_config: 'text',
  env_vars: 'jsonb',
  parent_id: 'bigint',
  root_id: 'bigint',
  rerun_of: 'bigint',
  enforcement_id: 'bigint',
  rule_ref: 'text',
  trigger_ref: 'text',
  trace_tag: 'text',
  identity_id: 'int',
  permission_set_refs: 'text[]',
  restricted_to: 'text[]',
  timeout_seconds: 'int',
  queue_timeout_seconds: 'int',
  deadline_seconds: 'int',
  max_retries: 'int',
  idempotent: 'boolean',
  retry_on_timeout: 'boolean',
  retry_policy: 'jsonb',
  cancellation_policy: 'text',
  concurrency_key: 'text',
  concurrency_limit: 'int',
  on_limit: 'text',
  idempotency_key: 'text',
} as const satisfies Record<keyof NewExecution, string>;

const NEW_COLUMNS = Object.keys(NEW).join(', ');
const NEW_TYPES = Object.entries(NEW)
  .map(([name, type]) => `${name} ${type}`)
  .join(', ');
const NEW_VALUES = NEW_COLUMNS.replace('secret_config', `decode(secret_config, 'base64')`);

/** Inserts executions in one statement. The ids come in the order of the input. */
export async function insertExecutions(on: Sql, rows: readonly NewExecution[]): Promise<number[]> {
  const inserted = await on.query<{ id: number }>(
    `with input as (
       select nextval('execution_id_seq') as id, r.*
       from rows from (jsonb_to_recordset($1::jsonb) as (${NEW_TYPES})) with ordinality as r (${NEW_COLUMNS}, position)
     ), inserted as (
       insert into execution (id, ${NEW_COLUMNS}, queue_deadline_at, deadline_at)
       select id, ${NEW_VALUES}, now() + make_interval(secs => queue_timeout_seconds), now() + make_interval(secs => deadline_seconds)
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
  readonly rerun_of: number | null;
  readonly rule_ref: string | null;
  readonly trigger_ref: string | null;
  readonly trace_tag: string | null;
  readonly worker_id: number | null;
  readonly attempt_count: number;
  readonly end_reason: string | null;
  readonly exit_code: number | null;
  readonly error: string | null;
  readonly timeout_seconds: number;
  readonly max_retries: number;
  readonly idempotent: boolean;
  readonly run_after: Date | null;
  readonly concurrency_key: string | null;
  readonly concurrency_limit: number | null;
  readonly on_limit: OnLimit | null;
  readonly kill_unproven: boolean;
}

const SUMMARY = `e.id, e.action_ref, e.status, e.created, e.updated, e.started_at, e.finished_at, e.enforcement_id,
  e.parent_id, e.rerun_of, e.rule_ref, e.trigger_ref, e.trace_tag, e.worker_id, e.attempt_count, e.end_reason,
  (e.result ->> 'exit_code')::int as exit_code, left(e.result ->> 'error', 500) as error, e.timeout_seconds, e.max_retries,
  e.idempotent, e.run_after, e.concurrency_key, e.concurrency_limit, e.on_limit,
  exists (select 1 from attempt x where x.execution_id = e.id and x.ending ->> 'kill_proven' = 'false') as kill_unproven`;

/** Newest first. Ids only grow, so ordering by id is ordering by creation. One row more than asked for, if there is. */
export async function listSummaries(
  on: Sql,
  filter: ListFilter,
  window: KeysetWindow,
): Promise<SummaryRow[]> {
  const { text, values } = listSource(filter, window.beforeId);
  // The page first: what is looked up for each row is looked up for those that are shown, whatever the planner believes.
  const page = `select e.* from ${text} order by e.id desc limit ${window.limit + 1} offset ${window.offset}`;
  return on.query<SummaryRow>(`select ${SUMMARY} from (${page}) e order by e.id desc`, values);
}

/** How far back a search for a text has looked for its page; null when there is nothing older. */
export async function findSearchEnd(
  on: Sql,
  filter: ListFilter,
  { beforeId }: KeysetWindow,
): Promise<number | null> {
  const { text, values } = searchEnd(filter, beforeId);
  const [row] = await on.query<{ id: number }>(text, values);
  return row?.id ?? null;
}

export interface DurationRow {
  readonly id: number;
  readonly status: ExecutionStatus;
  readonly action_ref: string;
  readonly created: Date;
  /** From the first start to the end, or until now. */
  readonly ms: number;
}

/** How long the newest ones took, of those that have started. */
export async function listDurations(
  on: Sql,
  filter: ListFilter,
  limit: number,
): Promise<DurationRow[]> {
  const { text, values } = listSource(filter, null);
  return on.query<DurationRow>(
    `select e.id, e.status, e.action_ref, e.created,
            greatest(0, extract(epoch from coalesce(e.finished_at, now()) - e.started_at) * 1000)::float8 as ms
     from ${text}${text.includes(' where ') ? ' and' : ' where'} e.started_at is not null order by e.id desc limit ${limit}`,
    values,
  );
}

export async function countExecutions(on: Sql, filter: ListFilter): Promise<number> {
  const { text, values } = listSource(filter, null);
  const [row] = await on.query<{ count: number }>(`select count(*) as count from ${text}`, values);
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
  readonly queue_deadline_at: Date | null;
  readonly deadline_seconds: number | null;
  readonly deadline_at: Date | null;
  readonly retry_on_timeout: boolean;
  readonly cancellation_policy: CancellationPolicy;
  readonly cancel_requested_at: Date | null;
  readonly cancel_requested_by: string | null;
  readonly cancel_reason: string | null;
}

export async function findExecution(on: Sql, id: number): Promise<ExecutionRow | null> {
  const [row] = await on.query<ExecutionRow>(
    `select ${SUMMARY}, e.action_id, e.pack_ref, e.config, e.env_vars, e.result, e.identity_id, i.login as identity_login,
            f.event_id, e.root_id, e.permission_set_refs, e.queue_timeout_seconds, e.queue_deadline_at, e.deadline_seconds, e.deadline_at,
            e.retry_on_timeout, e.cancellation_policy,
            e.cancel_requested_at, e.cancel_requested_by, e.cancel_reason
     from execution e
     left join identity i on i.id = e.identity_id
     left join enforcement f on f.id = e.enforcement_id
     where e.id = $1`,
    [id],
  );
  return row ?? null;
}

/** The secret parameters of a run, sealed; null when there are none. */
export async function findSecretConfig(on: Sql, id: number): Promise<Buffer | null> {
  const [row] = await on.query<{ secret_config: Buffer | null }>(
    'select secret_config from execution where id = $1',
    [id],
  );
  return row?.secret_config ?? null;
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

/** Counts by status: what has not ended, and of the others the newest so many. */
export const countNewestByStatus = (
  on: Sql,
  newest: number,
): Promise<{ status: ExecutionStatus; count: number }[]> =>
  on.query(
    `select status, count(*) as count from (
       (select status from execution where status not in ('requested', 'scheduling', 'scheduled', 'running', 'canceling') order by id desc limit ${newest})
       union all
       select status from execution where status in ('requested', 'scheduling', 'scheduled', 'running', 'canceling')) e
     group by status`,
  );

/** Counts by status; executions that are gone by retention are not in it. */
export const countByStatus = (on: Sql): Promise<{ status: ExecutionStatus; count: number }[]> =>
  on.query('select status, count(*) as count from execution group by status');

/**
 * Holds a parent while a child of it is made, so that a cancel either sees the child or comes first.
 *
 * @returns its status; null when it is not there
 */
export async function holdParent(tx: Tx, id: number): Promise<ExecutionStatus | null> {
  const [row] = await tx.query<{ status: ExecutionStatus }>(
    'select status from execution where id = $1 for share',
    [id],
  );
  return row?.status ?? null;
}
