import type { Sql } from '#server/db/sql.ts';

/**
 * A history of `count` events that each made a run: thirty days of it, newest last, with the mixture that lists are
 * filtered by: much of what is usual, a little of what is odd, and of some things one or none.
 */
export async function seedHistory(on: Sql, count: number): Promise<void> {
  for (const statement of STATEMENTS) await on.query(statement.replaceAll(':count', String(count)));
}

/** How long ago the g-th of them was. */
const AT = `now() - interval '30 days' * (1 - g::float8 / :count)`;
/** The last ones have not ended yet. */
const IS_OPEN = `g > :count - 40`;
const STATUS = `case when g > :count - 20 then 'requested' when ${IS_OPEN} then 'running'
  when g % 100 < 4 then 'failed' when g % 100 < 6 then 'timeout' when g % 200 = 7 then 'cancelled'
  when g % 500 = 9 then 'abandoned' else 'completed' end`;
const END = `case when ${IS_OPEN} then null when g % 100 between 4 and 5 then 'timeout' when g % 200 = 7 then 'cancel'
  when g % 500 = 9 then 'worker_lost' when g % 20000 = 2 then 'quarantined' else 'exit' end`;
const EXIT = `case when g % 100 < 4 then 1 + (g % 4)::int when g % 100 < 6 then 143 else 0 end`;
const TRIES = `case when g > :count - 20 then 0 when g % 100 = 3 then 2 else 1 end`;
const TOOK = `make_interval(secs => case when g % 50000 = 11 then 5000 else 0.05 + (g % 400) / 100.0 end)`;
const WORKER = `1 + (g % 20)::int`;

const STATEMENTS = [
  // Faster, and what is checked one by one elsewhere is not what this is about.
  'set session_replication_role = replica',
  // Of each, five to which nothing has ever happened.
  `insert into pack (id, ref, label, version) values (9001, 'seed', 'seed', '1')`,
  `insert into trigger (ref, label) select 'seed.trigger_' || g, 'seed' from generate_series(0, 44) g`,
  `insert into action (ref, pack_id, pack_ref, label, entrypoint)
   select 'seed.action_' || g, 9001, 'seed', 'seed', 'seed' from generate_series(0, 54) g`,
  `insert into rule (ref, pack_id, pack_ref, label, trigger_ref, action_ref)
   select 'seed.rule_' || g, 9001, 'seed', 'seed', 'seed.trigger_' || g % 40, 'seed.action_0' from generate_series(0, 204) g`,
  `insert into identity (id, login) select g, 'person-' || g from generate_series(9001, 9100) g`,
  `insert into worker (id, name, host, pid, version, slots, isolation, status)
   select g, 'worker-' || g, 'seed', 1, '0', 4, '{}', 'active' from generate_series(1, 20) g`,
  `insert into event (id, trigger_ref, payload, source_kind, source_ref, source_id, trace_tag, rule_set_revision, created)
   select g, 'seed.trigger_' || g % 40, jsonb_build_object('n', g, 'text', 'a payload of the usual size, more or less'),
          'sensor', 'seed.sensor', 1, 'trace-' || g / 10, 1, ${AT} from generate_series(1, :count) g`,
  `insert into enforcement (id, rule_id, rule_ref, rule_version, trigger_ref, event_id, config, status, created, resolved_at)
   select g, g % 200, 'seed.rule_' || g % 200, 1, 'seed.trigger_' || g % 40, g, '{}',
          case when g % 50 = 0 then 'disabled' else 'processed' end, ${AT}, ${AT} from generate_series(1, :count) g`,
  `insert into execution (id, action_ref, pack_ref, config, enforcement_id, rule_ref, trigger_ref, trace_tag, identity_id,
                          status, end_reason, result, attempt_count, worker_id, created, started_at, finished_at, updated)
   select g, case when g = 1000 then 'seed.once' else 'seed.action_' || g % 50 end,
          case when g = 1000 then 'seed_once' else 'seed' end, '{"message": "hello"}', g,
          case when g % 5 > 0 then 'seed.rule_' || g % 200 end, case when g % 5 > 0 then 'seed.trigger_' || g % 40 end,
          'trace-' || g / 10, case when g % 5 = 0 then 9001 + (g % 100)::int end, ${STATUS}, ${END},
          case when not ${IS_OPEN} then jsonb_build_object('exit_code', ${EXIT}, 'data', 'the output of run ' || g,
            'error', case when g % 100 < 4 then 'drain refused with 402 connections open' end) end,
          ${TRIES}, case when g <= :count - 20 then ${WORKER} end, ${AT},
          case when g <= :count - 20 then ${AT} end, case when not ${IS_OPEN} then ${AT} + ${TOOK} end, ${AT} + ${TOOK}
   from generate_series(1, :count) g`,
  `insert into attempt (id, execution_id, number, worker_id, lease_expires_at, status, exit_code, signal, end_reason, ending, claimed_at, ended_at)
   select g, g, ${TRIES}, ${WORKER}, ${AT}, case when g % 500 = 9 and not ${IS_OPEN} then 'lost' else ${STATUS} end, ${EXIT}, case when g % 100 between 4 and 5 then 'SIGTERM' when g % 70000 = 12 then 'SIGKILL' end,
          ${END}, jsonb_build_object('kill_proven', true, 'signals', case when g % 100 between 4 and 5
            then '[{"signal": "SIGTERM", "at": "2026-11-23T14:00:00Z"}]'::jsonb else '[]'::jsonb end), ${AT}, ${AT} + ${TOOK}
   from generate_series(1, :count - 20) g`,
  `insert into token (jti, kind, kid, attempt_id, execution_id, pack_ref, scopes, issued_at, expires_at, ended_at, end_reason, refused, replayed)
   select gen_random_uuid(), 'execution', 'k', g, g, 'seed', '{}', ${AT}, ${AT} + interval '11 min',
          case when not ${IS_OPEN} then ${AT} + ${TOOK} end, 'completed', case when g % 30000 = 13 then 2 else 0 end,
          case when g % 60000 = 14 then 1 else 0 end
   from generate_series(1, :count - 20) g`,
  `insert into audit_event (category, event_type, outcome, actor_login, actor_token_type, resource_type, resource_id, resource_ref, request_id, chain_seq, prev_hash, hash, created)
   select 'execution', case when g % 100 = 0 then 'rule.updated' else 'event.created' end, 'success', 'person-' || 9001 + g % 100,
          case when g % 20 = 0 then 'access' else 'sensor' end, 'event', g, 'seed.trigger_' || g % 40, 'request-' || g, g, '', '', ${AT}
   from generate_series(1, :count) g`,
  `update audit_chain set head_seq = :count`,
  ...['event', 'enforcement', 'execution', 'attempt'].map(
    (table) => `select setval('${table}_id_seq', :count + 1)::text`,
  ),
  'set session_replication_role = default',
  'analyze',
] as const;
