/**
 * The statements of the overview. $1 is the window in minutes. Each is bounded by an index on time, or by the
 * small tables of what is configured.
 */

const since = `now() - make_interval(mins => $1::int)`;
const bar = (column: string) =>
  `least(59, greatest(0, floor(extract(epoch from ${column} - (${since})) * 60 / ($1::int * 60))))::int`;

export const CONFIGURED = `
  select (select count(*)::int from rule) as rules,
         (select count(*)::int from rule where enabled) as enabled_rules,
         (select count(*)::int from trigger) as triggers,
         (select count(*)::int from sensor) as sensors,
         (select coalesce(jsonb_agg(jsonb_build_object('ref', s.ref, 'status', p.status, 'failures', p.consecutive_failures,
                                                      'error', p.last_error)), '[]')
            from sensor s join sensor_process p on p.sensor_id = s.id where s.enabled) as processes,
         (select coalesce(jsonb_agg(jsonb_build_object('name', w.name, 'slots', w.slots, 'kind', w.isolation->>'kind',
                                                      'cordoned', w.cordoned)), '[]')
            from worker w where w.stopped_at is null and w.last_heartbeat > now() - interval '30 seconds') as workers`;

// An event that was meant for one rule was looked at by that rule only.
export const EVENTS = `
  with grouped as (
    select ${bar('created')} as bar, trigger_ref, rule_set_revision as revision, rule_id is not null as targeted, count(*)::int as n
    from event where created > ${since} group by 1, 2, 3, 4)
  select bar, trigger_ref, sum(n)::int as events,
         sum(n * case when targeted then 1 else (
           select count(*) from rule_version v
           where v.trigger_ref = grouped.trigger_ref and v.enabled and v.valid_from_revision <= revision
             and (v.valid_until_revision is null or v.valid_until_revision > revision)) end)::int as checks
  from grouped group by bar, trigger_ref`;

export const ENFORCEMENTS = `
  select ${bar('created')} as bar, count(*)::int as created, (count(*) filter (where status = 'disabled'))::int as without_run
  from enforcement where created > ${since} group by 1`;

export const ENDED = `
  select ${bar('finished_at')} as bar, status, count(*)::int as n
  from execution where finished_at > ${since} group by 1, 2`;

// Time in the queue is told of first attempts: a retry waits on purpose.
export const TIMES = `
  select percentile_cont(array[0.5, 0.95]) within group (order by extract(epoch from started_at - created) * 1000)
           filter (where attempt_count <= 1) as queue,
         percentile_cont(array[0.5, 0.95]) within group (order by extract(epoch from finished_at - started_at) * 1000) as run
  from execution where finished_at > ${since} and started_at is not null`;

export const WORST = `
  select action_ref, count(*)::int as runs, (count(*) filter (where status in ('failed', 'timeout', 'abandoned')))::int as unhappy,
         min(finished_at) filter (where status in ('failed', 'timeout', 'abandoned')) as since
  from execution where finished_at > ${since}
  group by 1 having count(*) filter (where status in ('failed', 'timeout', 'abandoned')) > 0
  order by unhappy desc, runs, action_ref limit 1`;

export const LIVE = `
  select status, count(*)::int as n,
         extract(epoch from now() - min(coalesce(greatest(run_after, created), created)) filter (where status not in ('running', 'canceling'))) * 1000 as oldest_ms,
         extract(epoch from now() - min(started_at)) * 1000 as longest_ms
  from execution
  where status in ('requested', 'scheduling', 'scheduled', 'running', 'canceling') and (run_after is null or run_after <= now())
  group by status`;

export const LONGEST = `
  select timeout_seconds from execution where status in ('running', 'canceling') order by started_at limit 1`;

/** $1: whether slots are free. Who waits for a turn is not stuck: somebody else has it. */
export const STUCK = `
  select id::float8 as id from execution
  where status in ('requested', 'scheduling', 'scheduled', 'running', 'canceling')
    and case when status in ('running', 'canceling')
             then coalesce(deadline_at, started_at + make_interval(secs => timeout_seconds)) < now() - interval '60 seconds'
             else $1::bool and status <> 'scheduling' and greatest(created, coalesce(run_after, created)) < now() - interval '60 seconds' end
  order by id limit 20`;

export const LATE_CALLS = `
  select count(*)::int as n, max(c.at) as at,
         (array_agg(t.execution_id::float8 order by c.id desc) filter (where t.execution_id is not null))[1] as execution
  from token_call c join token t on t.jti = c.jti
  where c.after_end and c.at > ${since}`;
