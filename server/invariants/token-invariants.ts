import { ACTIVE, ATTEMPT_ENDS, type Invariant, ROWS_KEPT_SINCE } from './invariant.ts';

/** Every token dies with its run. */
export const TOKEN_INVARIANTS: readonly Invariant[] = [
  {
    name: 'live-token-of-live-attempt',
    title: 'No token of an attempt or an execution that has ended is alive.',
    broken: `
      select format('execution %s is %s: the token of its attempt %s (%s) is alive', t.execution_id, coalesce(e.status, 'not there'), coalesce(a.number::text, '?'), coalesce(a.status, 'not there')) as example
      from token t left join attempt a on a.id = t.attempt_id left join execution e on e.id = t.execution_id
      where t.ended_at is null and t.kind = 'execution'
        and (coalesce(a.status, '') <> 'running' or coalesce(e.status, '') not in ${ACTIVE})`,
  },
  {
    name: 'live-attempt-keeps-token',
    title: 'The token of a live attempt is alive, unless it was revoked.',
    broken: `
      select format('execution %s: attempt %s runs, its token ended at %s: %s', a.execution_id, a.number, t.ended_at, t.end_reason) as example
      from attempt a join token t on t.attempt_id = a.id
      where a.status = 'running' and t.ended_at is not null and (t.end_reason is null or t.end_reason in ${ATTEMPT_ENDS})`,
  },
  {
    name: 'attempt-has-one-token',
    title: 'Every attempt has one token of its own.',
    broken: `
      select format('execution %s: attempt %s has %s tokens', a.execution_id, a.number, count(t.jti)) as example
      from attempt a left join token t on t.attempt_id = a.id
      where a.claimed_at > ${ROWS_KEPT_SINCE} group by a.id having count(t.jti) <> 1`,
  },
  {
    name: 'token-ends-with-attempt',
    title: 'A token ends at the instant its attempt does, or before, if it was revoked.',
    broken: `
      select format('execution %s: attempt %s ended at %s (%s), its token at %s (%s)', a.execution_id, a.number, a.ended_at, a.status, t.ended_at, t.end_reason) as example
      from attempt a join token t on t.attempt_id = a.id
      where a.ended_at > ${ROWS_KEPT_SINCE}
        and (t.ended_at > a.ended_at or (t.ended_at < a.ended_at and t.end_reason in ${ATTEMPT_ENDS})
             or (t.ended_at = a.ended_at and t.end_reason is distinct from a.status))`,
  },
];
