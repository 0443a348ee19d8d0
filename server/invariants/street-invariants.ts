import { FINAL, type Invariant, ROWS_KEPT_SINCE } from './invariant.ts';

/** From the event to the end of its execution. */
export const STREET_INVARIANTS: readonly Invariant[] = [
  {
    name: 'enforcement-has-event',
    title: 'No enforcement is without its event.',
    broken: `
      select format('enforcement %s: event %s is not there', f.id, f.event_id) as example
      from enforcement f left join event v on v.id = f.event_id
      where f.created > ${ROWS_KEPT_SINCE} and v.id is null`,
  },
  {
    name: 'execution-has-enforcement',
    title: 'No execution of a rule is without its enforcement.',
    broken: `
      select format('execution %s: enforcement %s is not there', e.id, e.enforcement_id) as example
      from execution e left join enforcement f on f.id = e.enforcement_id
      where e.created > ${ROWS_KEPT_SINCE} and e.enforcement_id is not null and f.id is null`,
  },
  {
    name: 'one-enforcement-per-rule-and-event',
    title: 'A rule answers an event at most once.',
    broken: `
      select format('rule %s, event %s: enforcements %s', rule_id, event_id, string_agg(id::text, ', ' order by id)) as example
      from enforcement where created > ${ROWS_KEPT_SINCE}
      group by rule_id, event_id having count(*) > 1`,
  },
  {
    name: 'one-execution-per-enforcement',
    title: 'An enforcement has at most one execution.',
    broken: `
      select format('enforcement %s: executions %s', enforcement_id, string_agg(id::text, ', ' order by id)) as example
      from execution where created > ${ROWS_KEPT_SINCE} and enforcement_id is not null
      group by enforcement_id having count(*) > 1`,
  },
  {
    name: 'processed-enforcement-has-execution',
    title: 'An enforcement has an execution if it was processed, and says why if it has none.',
    broken: `
      select format('enforcement %s is %s, its execution is %s', f.id, f.status, coalesce(e.id::text, 'not there')) as example
      from enforcement f left join execution e on e.enforcement_id = f.id
      where f.created > ${ROWS_KEPT_SINCE}
        and ((f.status = 'processed') <> (e.id is not null) or (e.id is null and f.reason is null))`,
  },
  {
    name: 'ended-execution-says-why',
    title: 'Every execution that has ended says when and why, and has a result.',
    broken: `
      select format('execution %s is %s: %s', id, status, concat_ws(', ',
        case when finished_at is null then 'no time of its end' end, case when end_reason is null then 'no reason' end,
        case when result is null then 'no result' end)) as example
      from execution where status in ${FINAL} and (finished_at is null or end_reason is null or result is null)`,
  },
  {
    name: 'live-execution-has-no-end',
    title: 'No execution that still goes on has an end.',
    broken: `
      select format('execution %s is %s, ended at %s: %s', id, status, coalesce(finished_at::text, 'no time'), coalesce(end_reason, 'no reason')) as example
      from execution
      where status in ('requested', 'scheduling', 'scheduled', 'running', 'canceling')
        and (finished_at is not null or end_reason is not null or result is not null)`,
  },
  {
    name: 'completed-by-its-last-attempt',
    title: 'An execution is completed exactly when its last attempt is.',
    broken: `
      select format('execution %s is %s, attempt %s is %s', e.id, e.status, e.attempt_count, coalesce(a.status, 'not there')) as example
      from execution e left join attempt a on a.execution_id = e.id and a.number = e.attempt_count
      where e.created > ${ROWS_KEPT_SINCE} and (e.status = 'completed') <> (coalesce(a.status, '') = 'completed')`,
  },
  {
    name: 'moves-are-guarded',
    title: 'The database refuses every move that the state tables do not allow.',
    broken: `
      select format('the trigger %s is missing or switched off', wanted.name) as example
      from (values ('execution_moves', 'execution'), ('attempt_moves', 'attempt')) as wanted (name, owner)
      where not exists (
        select 1 from pg_trigger t
        where t.tgname = wanted.name and t.tgrelid = to_regclass(format('%I', wanted.owner)) and t.tgenabled in ('O', 'A'))`,
  },
];
