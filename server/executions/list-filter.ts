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
  readonly worker?: number | undefined;
  readonly end_reason?: string | undefined;
  readonly concurrency_key?: string | undefined;
  readonly top_level_only?: boolean | undefined;
  readonly result_contains?: string | undefined;
  /** Only this one, for a run that looks at itself. */
  readonly id?: number | undefined;
  /** Only those that changed after this instant. */
  readonly changed_after?: Date | undefined;
}

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
  add(filter.worker, (p) => `e.worker_id = ${p}`);
  add(filter.concurrency_key, (p) => `e.concurrency_key = ${p}`);
  add(filter.end_reason, (p) => `e.end_reason = ${p}`);
  add(filter.id, (p) => `e.id = ${p}`);
  add(filter.changed_after, (p) => `e.updated > ${p}`);
  add(filter.result_contains, (p) => `position(lower(${p}) in lower(e.result::text)) > 0`);
  if (filter.top_level_only === true) terms.push('e.parent_id is null');
  add(beforeId, (p) => `e.id < ${p}`);
  return { text: terms.length === 0 ? '' : `where ${terms.join(' and ')}`, values };
}
