import type { TokenState } from '#lib/contracts/executions.ts';
import type { ExecutionStatus } from '#lib/domain/execution-status.ts';
import { where } from '#server/db/where.ts';

/** Which executions a list shows. */
export interface ListFilter {
  readonly status?: readonly ExecutionStatus[] | undefined;
  readonly action_ref?: string | undefined;
  readonly pack_name?: string | undefined;
  readonly rule_ref?: string | undefined;
  readonly trigger_ref?: string | undefined;
  readonly trace_tag?: string | undefined;
  readonly executor?: number | undefined;
  readonly enforcement?: number | undefined;
  readonly parent?: number | undefined;
  readonly rerun_of?: number | undefined;
  readonly worker?: number | undefined;
  readonly end_reason?: string | undefined;
  readonly concurrency_key?: string | undefined;
  readonly top_level_only?: boolean | undefined;
  readonly result_contains?: string | undefined;
  readonly retried?: boolean | undefined;
  readonly exit_code?: number | undefined;
  readonly signal?: string | undefined;
  /** Any of these. */
  readonly workers?: readonly number[] | undefined;
  readonly created_after?: string | undefined;
  readonly created_before?: string | undefined;
  readonly duration_ms_min?: number | undefined;
  readonly duration_ms_max?: number | undefined;
  readonly token_state?: TokenState | undefined;
  /** Only this one, for a run that looks at itself. */
  readonly id?: number | undefined;
  /** Only those that changed after this instant. */
  readonly changed_after?: Date | undefined;
}

const UNHAPPY: ReadonlySet<ExecutionStatus> = new Set([
  'failed',
  'timeout',
  'abandoned',
  'cancelled',
]);
const EXIT = `(e.result ->> 'exit_code')::int`;
const TOOK = '(e.finished_at - e.started_at)';

const anyToken = (which: string) =>
  `e.id in (select t.execution_id from token t where t.execution_id is not null and ${which})`;

const TOKEN_TERMS: Readonly<Record<TokenState, string>> = {
  // Whatever had an attempt had a token.
  none: 'e.attempt_count = 0 and not exists (select 1 from token t where t.execution_id = e.id)',
  active: anyToken('t.ended_at is null and t.expires_at > now()'),
  ended:
    'exists (select 1 from token t where t.execution_id = e.id and (t.ended_at is not null or t.expires_at <= now()))',
  refused: anyToken('t.refused > 0'),
  used_after_end: anyToken('t.replayed > 0'),
};

/** So many results are read through for one page of a search, so that a page costs the same however long ago the last hit was. */
const SEARCHED_MAX = 10_000;

/**
 * Where a list reads, as SQL with numbered parameters: `execution e` under its conditions, and for a search of a text
 * those of the newest 10,000 of them that hold it.
 */
export function listSource(
  filter: ListFilter,
  beforeId: number | null,
): { text: string; values: unknown[] } {
  const { text, values } = listConditions(filter, beforeId);
  if (filter.result_contains === undefined) return { text: `execution e ${text}`, values };
  const searched = `select * from execution e ${text} order by e.id desc limit ${SEARCHED_MAX}`;
  return {
    text: `(${searched}) e where position(lower($${values.length + 1}) in lower(e.result::text)) > 0`,
    values: [...values, filter.result_contains],
  };
}

/** The last row that a page of a search reads through, as one row with its id; none when it reads all there are. */
export function searchEnd(
  filter: ListFilter,
  beforeId: number | null,
): { text: string; values: unknown[] } {
  const { text, values } = listConditions(filter, beforeId);
  return {
    text: `select e.id from execution e ${text} order by e.id desc limit 1 offset ${SEARCHED_MAX - 1}`,
    values,
  };
}

/** The conditions of a list but for the text that is looked for. */
function listConditions(
  filter: ListFilter,
  beforeId: number | null,
): { text: string; values: unknown[] } {
  const { add, say, text, values } = where();
  const pack =
    filter.action_ref?.endsWith('.*') === true ? filter.action_ref.slice(0, -2) : filter.pack_name;
  const [status, ...more] = filter.status ?? [];
  // One by itself is walked through in the order of the list.
  if (more.length > 0) add(filter.status, (p) => `e.status = any (${p})`);
  else add(status, (p) => `e.status = ${p}`);
  // Said as well, since the indexes hold no others and a prepared statement does not know its values.
  if (filter.status?.every((one) => UNHAPPY.has(one)) === true && status !== undefined)
    say(`e.status in ('failed', 'timeout', 'abandoned', 'cancelled')`);
  add(
    filter.action_ref?.endsWith('.*') === true ? undefined : filter.action_ref,
    (p) => `e.action_ref = ${p}`,
  );
  add(pack, (p) => `e.pack_ref = ${p}`);
  add(filter.rule_ref, (p) => `e.rule_ref = ${p}`);
  add(filter.trigger_ref, (p) => `e.trigger_ref = ${p}`);
  add(filter.trace_tag, (p) => `e.trace_tag = ${p}`);
  add(filter.executor, (p) => `e.identity_id = ${p}`);
  add(filter.enforcement, (p) => `e.enforcement_id = ${p}`);
  add(filter.parent, (p) => `e.parent_id = ${p}`);
  add(filter.rerun_of, (p) => `e.rerun_of = ${p}`);
  add(filter.worker, (p) => `e.worker_id = ${p}`);
  add(filter.concurrency_key, (p) => `e.concurrency_key = ${p}`);
  add(filter.end_reason, (p) => `e.end_reason = ${p}`);
  // The usual one is told as a case: of an equation the planner would believe that hardly any row fits.
  if (filter.exit_code === 0) say(`case when ${EXIT} = 0 then true end`);
  else add(filter.exit_code, (p) => `${EXIT} = ${p}`);
  if (filter.end_reason !== undefined && filter.end_reason !== 'exit')
    say(`e.end_reason <> 'exit'`);
  if (filter.exit_code === 0) say(`e.status = 'completed'`);
  else if (filter.exit_code !== undefined) say(`${EXIT} <> 0`);
  add(
    filter.signal,
    (p) => `e.id = any (array(
      select x.execution_id from attempt x
      where (x.signal is not null or x.ending -> 'signals' <> '[]'::jsonb)
        and (x.signal = ${p}::text or x.ending -> 'signals' @> jsonb_build_array(jsonb_build_object('signal', ${p}::text)))))`,
  );
  add(filter.workers, (p) => `e.worker_id = any (${p})`);
  // Ids grow with time, so what is far too old or too new need not be walked through; no transaction is open for a minute.
  add(
    filter.created_after,
    (p) => `e.created >= ${p}::timestamptz and e.id > coalesce((
      select x.id from execution x where x.created < ${p}::timestamptz - interval '1 minute' order by x.created desc limit 1), 0)`,
  );
  add(
    filter.created_before,
    (p) => `e.created < ${p}::timestamptz and e.id < coalesce((
      select x.id from execution x where x.created >= ${p}::timestamptz + interval '1 minute' order by x.created limit 1), 9007199254740991)`,
  );
  add(filter.duration_ms_min, (p) => `${TOOK} >= make_interval(secs => ${p}::float8 / 1000)`);
  add(filter.duration_ms_max, (p) => `${TOOK} <= make_interval(secs => ${p}::float8 / 1000)`);
  if (filter.duration_ms_min !== undefined || filter.duration_ms_max !== undefined)
    say('e.finished_at is not null');
  if (filter.retried !== undefined)
    say(filter.retried ? 'e.attempt_count > 1' : 'e.attempt_count <= 1');
  if (filter.token_state !== undefined) say(TOKEN_TERMS[filter.token_state]);
  add(filter.id, (p) => `e.id = ${p}`);
  add(filter.changed_after, (p) => `e.updated > ${p}`);
  if (filter.top_level_only === true) say('e.parent_id is null');
  add(beforeId, (p) => `e.id < ${p}`);
  return { text: text(), values };
}
