import type { TokenState } from '#lib/contracts/executions.ts';
import type { ExecutionStatus } from '#lib/domain/execution-status.ts';

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

/** The conditions of a list, as SQL with numbered parameters. */
export function listConditions(
  filter: ListFilter,
  beforeId: number | null,
): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const terms: string[] = [];
  const add = (value: unknown, term: (parameter: string) => string) => {
    if (value === undefined || value === null) return;
    values.push(value);
    terms.push(term(`$${values.length}`));
  };
  const pack =
    filter.action_ref?.endsWith('.*') === true ? filter.action_ref.slice(0, -2) : filter.pack_name;
  add(filter.status, (p) => `e.status = any (${p})`);
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
  add(filter.exit_code, (p) => `(e.result ->> 'exit_code')::int = ${p}`);
  // Said as well, since the indexes hold no others and a prepared statement does not know its values.
  if (filter.end_reason !== undefined && filter.end_reason !== 'exit')
    terms.push(`e.end_reason <> 'exit'`);
  add(
    filter.exit_code === 0 ? undefined : filter.exit_code,
    (p) =>
      `e.id in (select x.execution_id from attempt x where x.exit_code = ${p} and x.exit_code <> 0)`,
  );
  add(
    filter.signal,
    (p) => `e.id = any (array(
      select x.execution_id from attempt x
      where (x.signal is not null or x.ending -> 'signals' <> '[]'::jsonb)
        and (x.signal = ${p}::text or x.ending -> 'signals' @> jsonb_build_array(jsonb_build_object('signal', ${p}::text)))))`,
  );
  add(filter.workers, (p) => `e.worker_id = any (${p})`);
  add(filter.created_after, (p) => `e.created >= ${p}`);
  // Ids grow with time, so what is far too new need not be walked through; no transaction is open for a minute.
  add(
    filter.created_before,
    (p) => `e.created < ${p}::timestamptz and e.id < coalesce((
      select x.id from execution x where x.created >= ${p}::timestamptz + interval '1 minute' order by x.created limit 1), 9007199254740991)`,
  );
  add(filter.duration_ms_min, (p) => `${TOOK} >= make_interval(secs => ${p}::float8 / 1000)`);
  add(filter.duration_ms_max, (p) => `${TOOK} <= make_interval(secs => ${p}::float8 / 1000)`);
  if (filter.duration_ms_min !== undefined || filter.duration_ms_max !== undefined)
    terms.push('e.finished_at is not null');
  if (filter.retried !== undefined)
    terms.push(filter.retried ? 'e.attempt_count > 1' : 'e.attempt_count <= 1');
  if (filter.token_state !== undefined) terms.push(TOKEN_TERMS[filter.token_state]);
  add(filter.id, (p) => `e.id = ${p}`);
  add(filter.changed_after, (p) => `e.updated > ${p}`);
  add(filter.result_contains, (p) => `position(lower(${p}) in lower(e.result::text)) > 0`);
  if (filter.top_level_only === true) terms.push('e.parent_id is null');
  add(beforeId, (p) => `e.id < ${p}`);
  return { text: terms.length === 0 ? '' : `where ${terms.join(' and ')}`, values };
}
