import type { Breaks } from './break.ts';

/** Tokens, waits and limits. */
export const TOKEN_AND_WAIT_BREAKS: Breaks = {
  'live-token-of-live-attempt': [
    {
      says: /is completed: the token of its attempt 1 \(completed\) is alive$/,
      by: ({ completed }) => [
        `update token set ended_at = null, end_reason = null where execution_id = ${completed}`,
      ],
    },
  ],
  'live-attempt-keeps-token': [
    {
      says: /: attempt 1 runs, its token ended at .+: failed$/,
      by: ({ running }) => [
        `update token set ended_at = now(), end_reason = 'failed' where execution_id = ${running}`,
      ],
    },
  ],
  'attempt-has-one-token': [
    {
      says: /: attempt 1 has 0 tokens$/,
      by: ({ running }) => [`delete from token where execution_id = ${running}`],
    },
  ],
  'token-ends-with-attempt': [
    {
      says: /: attempt 1 ended at .+ \(completed\), its token at .+ \(completed\)$/,
      by: ({ completed }) => [
        `update token set ended_at = ended_at + interval '1 ms' where execution_id = ${completed}`,
      ],
    },
    {
      says: /: attempt 1 ended at .+ \(completed\), its token at .+ \(completed\)$/,
      by: ({ completed }) => [
        `update token set ended_at = ended_at - interval '1 ms' where execution_id = ${completed}`,
      ],
    },
  ],
  'waits-end-in-time': [
    {
      says: /is requested, for a worker until ever, altogether until 2/,
      by: ({ waiting }) => [
        `update execution set deadline_at = now() - interval '31 s' where id = ${waiting}`,
      ],
    },
    {
      says: /is scheduling, for a worker until 2.+, altogether until ever$/,
      by: ({ limited }) => [
        `update execution set queue_deadline_at = now() - interval '31 s' where id = ${limited}`,
      ],
    },
  ],
  'waiting-execution-has-bell': [
    {
      says: /is requested since .+ and no job rings for it$/,
      by: ({ waiting }) => [
        `delete from pgboss.job where (data ->> 'execution_id')::bigint = ${waiting}`,
        `update execution set created = now() - interval '16 s', updated = now() - interval '16 s' where id = ${waiting}`,
      ],
    },
  ],
  'limit-is-kept': [
    {
      says: /: 2 run, the limit is 1$/,
      by: ({ running, limited }) => [
        `update execution e set concurrency_key = l.concurrency_key, concurrency_limit = 1, on_limit = 'enqueue'
         from execution l where e.id = ${running} and l.id = ${limited}`,
      ],
    },
  ],
  'turns-are-taken': [
    {
      says: /waits at .+ of 2: 1 run, its place is 1$/,
      by: ({ limited }) => [
        `delete from pgboss.job where (data ->> 'execution_id')::bigint = ${limited}`,
        `update execution set concurrency_limit = 2, updated = now() - interval '16 s'
         where concurrency_key = (select concurrency_key from execution where id = ${limited})`,
      ],
    },
  ],
};
