import type { Breaks } from './break.ts';

/** Attempts, and what they leave behind. */
export const ATTEMPT_BREAKS: Breaks = {
  'one-live-attempt': [
    {
      says: /attempts 1, 2 run$/,
      by: ({ running }) => [
        'drop index attempt_one_running',
        `insert into attempt (execution_id, number, worker_id, lease_expires_at) select ${running}, 2, worker_id, lease_expires_at from attempt where execution_id = ${running}`,
        `insert into token (jti, kind, kid, attempt_id, execution_id, pack_ref, expires_at)
         select gen_random_uuid(), 'execution', 'k', id, execution_id, 'p', now() + interval '1 hour' from attempt where execution_id = ${running} and number = 2`,
        `update execution set attempt_count = 2 where id = ${running}`,
      ],
    },
  ],
  'live-attempt-of-running-execution': [
    {
      says: /is running, none of its 0 attempts runs$/,
      by: ({ waiting }) => [`update execution set status = 'running' where id = ${waiting}`],
    },
    {
      says: /is scheduled, attempt 1 runs$/,
      by: ({ running }) => [`update execution set status = 'scheduled' where id = ${running}`],
      also: ['live-token-of-live-attempt'],
    },
  ],
  'attempts-are-numbered': [
    {
      says: /counts 4 attempts, has 1, 2$/,
      by: ({ retried }) => [`update execution set attempt_count = 4 where id = ${retried}`],
    },
    {
      says: /counts 2 attempts, has 2, 3$/,
      by: ({ retried }) => [
        `update attempt set number = 3 where execution_id = ${retried} and number = 1`,
      ],
      also: ['attempts-take-turns'],
    },
  ],
  'attempts-take-turns': [
    {
      says: /: attempt 1 ended at .+, attempt 2 began at /,
      by: ({ retried }) => [
        `update attempt set claimed_at = claimed_at - interval '1 hour' where execution_id = ${retried} and number = 2`,
      ],
    },
  ],
  'leases-are-renewed-or-lost': [
    {
      says: /: attempt 1 of worker \d+, lease until /,
      by: ({ running }) => [
        `update attempt set lease_expires_at = now() - interval '40 s' where execution_id = ${running}`,
      ],
    },
  ],
  'time-outs-are-kept': [
    {
      says: /its time-out is 600 s$/,
      by: ({ running }) => [
        `update attempt set claimed_at = now() - interval '910 s' where execution_id = ${running}`,
      ],
    },
  ],
  'ended-attempt-says-why': [
    {
      says: /: attempt 1 is completed, ended at .+: no reason$/,
      by: ({ completed }) => [
        `update attempt set end_reason = null where execution_id = ${completed}`,
      ],
    },
    {
      says: /: attempt 1 is running, ended at no time: exit$/,
      by: ({ running }) => [
        `update attempt set end_reason = 'exit' where execution_id = ${running}`,
      ],
    },
  ],
  'attempt-has-worker': [
    {
      says: /: worker \d+ of attempt 1 is not there$/,
      by: ({ completed }) => [
        `delete from worker where id = (select worker_id from attempt where execution_id = ${completed})`,
      ],
    },
  ],
  'started-attempt-has-snapshot': [
    {
      says: /: attempt 1 started at .+ and has no snapshot$/,
      by: ({ completed }) => [
        `delete from environment_snapshot where attempt_id = (select id from attempt where execution_id = ${completed})`,
      ],
    },
  ],
  'log-has-no-gaps': [
    {
      says: /: 2 chunks, numbered from 0 to 2$/,
      by: ({ completed }) => [
        `delete from log_chunk where execution_id = ${completed} and seq = 1`,
      ],
    },
    {
      says: /: 2 chunks, numbered from 1 to 2$/,
      by: ({ completed }) => [
        `delete from log_chunk where execution_id = ${completed} and seq = 0`,
      ],
    },
  ],
  'log-has-attempt': [
    {
      says: /: chunk 2 is of attempt 9$/,
      by: ({ completed }) => [
        `update log_chunk set attempt = 9 where execution_id = ${completed} and seq = 2`,
      ],
    },
  ],
};
