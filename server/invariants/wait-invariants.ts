import { ACTIVE, type Invariant } from './invariant.ts';

const WAITING = `('requested', 'scheduling', 'scheduled')`;
const NOT_DUE_LATER = `(e.run_after is null or e.run_after <= now())`;

/** The sweep rings again for what waits without a bell, and for a turn that nobody was told of, well within this. */
const PATIENCE = `interval '15 s'`;

/** A job that waits, or one that was fetched or answered a moment ago. */
const HAS_BELL = `
  exists (select 1 from pgboss.job j
          where j.name = 'execution.run' and (j.data ->> 'execution_id')::bigint = e.id
            and (j.state < 'active' or j.started_on > now() - ${PATIENCE} or j.completed_on > now() - ${PATIENCE}))`;

/** Nothing waits for ever, or out of turn. */
export const WAIT_INVARIANTS: readonly Invariant[] = [
  {
    name: 'waits-end-in-time',
    title: 'Nothing waits 30 s longer than its queue time-out or its deadline.',
    broken: `
      select format('execution %s is %s, for a worker until %s, altogether until %s', id, status, coalesce(queue_deadline_at::text, 'ever'), coalesce(deadline_at::text, 'ever')) as example
      from execution
      where status in ${WAITING} and (queue_deadline_at < now() - interval '30 s' or deadline_at < now() - interval '30 s')`,
  },
  {
    name: 'waiting-execution-has-bell',
    title: 'A job rings for every execution that waits for a worker.',
    broken: `
      select format('execution %s is %s since %s and no job rings for it', e.id, e.status, greatest(e.created, e.run_after)) as example
      from execution e
      where e.status in ('requested', 'scheduled') and ${NOT_DUE_LATER}
        and greatest(e.created, e.run_after, e.updated) < now() - ${PATIENCE} and not ${HAS_BELL}`,
  },
  {
    name: 'limit-is-kept',
    title: 'Never more run than a concurrency limit allows.',
    broken: `
      select format('%s: %s run, the limit is %s', concurrency_key, count(*), max(concurrency_limit)) as example
      from execution where concurrency_key is not null and status in ${ACTIVE}
      group by concurrency_key having count(*) > max(concurrency_limit)`,
  },
  {
    name: 'turns-are-taken',
    title: 'What waits for its turn below a concurrency limit is really at the limit.',
    broken: `
      select format('execution %s waits at %s of %s: %s run, its place is %s', e.id, e.concurrency_key, e.concurrency_limit, coalesce(r.active, 0), e.place) as example
      from (
        select e.*, row_number() over (partition by e.concurrency_key order by e.id) as place
        from execution e where e.concurrency_key is not null and e.status in ${WAITING} and ${NOT_DUE_LATER}
      ) e
      left join (
        select concurrency_key, count(*) as active from execution
        where concurrency_key is not null and status in ${ACTIVE} group by concurrency_key
      ) r on r.concurrency_key = e.concurrency_key
      where e.status = 'scheduling' and coalesce(r.active, 0) + e.place <= e.concurrency_limit
        and not ${HAS_BELL}
        and not exists (select 1 from execution x where x.concurrency_key = e.concurrency_key and x.updated > now() - ${PATIENCE})`,
  },
];
