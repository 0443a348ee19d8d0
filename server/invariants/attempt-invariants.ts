import { ACTIVE, type Invariant, OUTPUT_KEPT_SINCE, ROWS_KEPT_SINCE } from './invariant.ts';

/** Attempts, their workers, and what they leave behind. */
export const ATTEMPT_INVARIANTS: readonly Invariant[] = [
  {
    name: 'one-live-attempt',
    title: 'An execution has at most one live attempt.',
    broken: `
      select format('execution %s: attempts %s run', execution_id, string_agg(number::text, ', ' order by number)) as example
      from attempt where status = 'running' group by execution_id having count(*) > 1`,
  },
  {
    name: 'live-attempt-of-running-execution',
    title: 'An execution runs exactly when an attempt of it does.',
    broken: `
      select format('execution %s is %s, attempt %s runs', a.execution_id, coalesce(e.status, 'not there'), a.number) as example
      from attempt a left join execution e on e.id = a.execution_id
      where a.status = 'running' and coalesce(e.status, '') not in ${ACTIVE}
      union all
      select format('execution %s is %s, none of its %s attempts runs', e.id, e.status, e.attempt_count)
      from execution e
      where e.status in ${ACTIVE} and not exists (select 1 from attempt a where a.execution_id = e.id and a.status = 'running')`,
  },
  {
    name: 'attempts-are-numbered',
    title: 'The attempts of an execution are numbered from 1 without gaps, and counted.',
    broken: `
      select format('execution %s counts %s attempts, has %s', e.id, e.attempt_count, coalesce(a.numbers, 'none')) as example
      from execution e
      left join (
        select execution_id, count(*) as found, min(number) as first, max(number) as last, string_agg(number::text, ', ' order by number) as numbers
        from attempt group by execution_id
      ) a on a.execution_id = e.id
      where e.created > ${ROWS_KEPT_SINCE}
        and (coalesce(a.found, 0) <> e.attempt_count or coalesce(a.last, 0) <> e.attempt_count or a.first > 1)`,
  },
  {
    name: 'attempts-take-turns',
    title: 'No attempt begins before the one before it has ended.',
    broken: `
      select format('execution %s: attempt %s ended at %s, attempt %s began at %s', a.execution_id, before.number, before.ended_at, a.number, a.claimed_at) as example
      from attempt a join attempt before on before.execution_id = a.execution_id and before.number = a.number - 1
      where a.number > 1 and before.ended_at > a.claimed_at`,
  },
  {
    name: 'leases-are-renewed-or-lost',
    title: 'No attempt runs on a lease that expired more than 30 s ago.',
    broken: `
      select format('execution %s: attempt %s of worker %s, lease until %s', execution_id, number, worker_id, lease_expires_at) as example
      from attempt where status = 'running' and lease_expires_at < now() - interval '30 s'`,
  },
  {
    name: 'time-outs-are-kept',
    title: 'No attempt runs 5 minutes beyond its time-out.',
    broken: `
      select format('execution %s: attempt %s runs since %s, its time-out is %s s', e.id, a.number, a.claimed_at, e.timeout_seconds) as example
      from attempt a join execution e on e.id = a.execution_id
      where a.status = 'running' and a.claimed_at < now() - make_interval(secs => e.timeout_seconds + 300)`,
  },
  {
    name: 'ended-attempt-says-why',
    title: 'Every attempt that has ended says when and why, and no live one does.',
    broken: `
      select format('execution %s: attempt %s is %s, ended at %s: %s', execution_id, number, status, coalesce(ended_at::text, 'no time'), coalesce(end_reason, 'no reason')) as example
      from attempt
      where case when status = 'running' then ended_at is not null or end_reason is not null else ended_at is null or end_reason is null end`,
  },
  {
    name: 'attempt-has-worker',
    title: 'Every attempt is of a worker that is known.',
    broken: `
      select format('execution %s: worker %s of attempt %s is not there', a.execution_id, a.worker_id, a.number) as example
      from attempt a left join worker w on w.id = a.worker_id
      where a.claimed_at > ${ROWS_KEPT_SINCE} and w.id is null`,
  },
  {
    // One that was lost may have been killed between its start and the answer of the database.
    name: 'started-attempt-has-snapshot',
    title: 'What a process got is kept for every attempt that started one.',
    broken: `
      select format('execution %s: attempt %s started at %s and has no snapshot', a.execution_id, a.number, a.process_started_at) as example
      from attempt a left join environment_snapshot s on s.attempt_id = a.id
      where a.process_started_at > ${OUTPUT_KEPT_SINCE} and s.attempt_id is null and a.status <> 'lost'
        and (a.status <> 'running' or a.process_started_at < now() - interval '15 s')`,
  },
  {
    name: 'log-has-no-gaps',
    title: 'The chunks of a log are numbered from 0 without gaps.',
    broken: `
      select format('execution %s: %s chunks, numbered from %s to %s', l.execution_id, count(*), min(l.seq), max(l.seq)) as example
      from log_chunk l join execution e on e.id = l.execution_id
      where e.created > ${OUTPUT_KEPT_SINCE}
      group by l.execution_id having min(l.seq) <> 0 or count(*) <> max(l.seq) + 1`,
  },
  {
    name: 'log-has-attempt',
    title: 'Every chunk of a log is of an attempt that is there.',
    broken: `
      select format('execution %s: chunk %s is of attempt %s', l.execution_id, l.seq, l.attempt) as example
      from log_chunk l
      where l.at > ${OUTPUT_KEPT_SINCE}
        and not exists (select 1 from attempt a where a.execution_id = l.execution_id and a.number = l.attempt)`,
  },
];
