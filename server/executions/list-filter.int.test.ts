import { beforeAll, expect, test } from 'vitest';
import { ExecutionFilter } from '#lib/contracts/executions.ts';
import { sql } from '#server/db/sql.ts';
import { getLiveCounts } from '#server/overview/live-counts.ts';
import { userWho } from '#test/actors.ts';
import { aWorker } from '#test/catalogue.ts';
import { ada, ask } from '#test/executions.ts';
import { listDurations, listExecutions } from './service.ts';

const runs: Record<'plain' | 'killed' | 'waiting', number> = { plain: 0, killed: 0, waiting: 0 };

const idsOf = async (query: Record<string, string>): Promise<number[]> =>
  (await listExecutions(ada, ExecutionFilter.parse(query))).items.map(({ id }) => id);

beforeAll(async () => {
  runs.plain = await ask();
  runs.killed = await ask();
  runs.waiting = await ask();
  const worker = await aWorker();
  await sql.query(`insert into identity (login) values ('odd-person')`);
  await sql.query(`update worker set name = 'worker-odd' where id = $1`, [worker]);
  await sql.query(`update execution set status = 'running' where id = any ($1)`, [
    [runs.plain, runs.killed],
  ]);
  await sql.query(
    `update execution set status = 'completed', started_at = now() - interval '2 s', finished_at = now() - interval '1 s',
       attempt_count = 1, end_reason = 'exit', result = '{"exit_code": 0}' where id = $1`,
    [runs.plain],
  );
  await sql.query(
    `update execution set status = 'failed', started_at = now() - interval '60 s', finished_at = now(), attempt_count = 2,
       worker_id = $2, end_reason = 'quarantined', result = '{"exit_code": 9, "error": "drain refused"}',
       action_ref = 'odd.action', pack_ref = 'odd', rule_ref = 'odd.rule', trigger_ref = 'odd.trigger', trace_tag = 'odd trace',
       identity_id = (select id from identity where login = 'odd-person') where id = $1`,
    [runs.killed, worker],
  );
  await sql.query(
    `insert into attempt (execution_id, number, worker_id, lease_expires_at, status, exit_code, signal, ending)
     values ($1, 1, $3, now(), 'failed', 9, 'SIGKILL', '{"signals": [{"signal": "SIGTERM"}]}'),
            ($2, 1, $3, now(), 'completed', 0, null, '{"signals": []}')`,
    [runs.killed, runs.plain, worker],
  );
  await sql.query(
    `insert into token (jti, kind, kid, execution_id, pack_ref, scopes, expires_at, ended_at, replayed)
     values (gen_random_uuid(), 'execution', 'k', $1, 'p', '{}', now(), now(), 2),
            (gen_random_uuid(), 'execution', 'k', $2, 'p', '{}', now() + interval '1 h', null, 0)`,
    [runs.killed, runs.plain],
  );
});

const minuteAgo = () => new Date(Date.now() - 60_000).toISOString();

test.for<[string, Record<string, string>, (keyof typeof runs)[]]>([
  ['its status', { status: 'failed' }, ['killed']],
  ['any of several statuses', { status: 'failed,completed' }, ['killed', 'plain']],
  ['its action', { action_ref: 'odd.action' }, ['killed']],
  ['all actions of a pack', { action_ref: 'odd.*' }, ['killed']],
  ['its pack', { pack_name: 'odd' }, ['killed']],
  ['its rule', { rule_ref: 'odd.rule' }, ['killed']],
  ['its trigger', { trigger_ref: 'odd.trigger' }, ['killed']],
  ['its trace tag', { trace_tag: 'odd trace' }, ['killed']],
  ['whoever asked', { executor_login: 'odd-person' }, ['killed']],
  ['a text in its result, however it is written', { result_contains: 'DRAIN ref' }, ['killed']],
  ['a text that no result has', { result_contains: 'drain accepted' }, []],
  ['more than one attempt', { retried: 'true' }, ['killed']],
  ['one attempt at most', { retried: 'false' }, ['waiting', 'plain']],
  ['an odd exit code', { exit_code: '9' }, ['killed']],
  ['exit code 0', { exit_code: '0' }, ['plain']],
  ['the signal that ended it', { signal: 'SIGKILL' }, ['killed']],
  ['a signal that it was sent', { signal: 'SIGTERM' }, ['killed']],
  ['a signal that none was sent', { signal: 'SIGINT' }, []],
  ['the name of a worker', { worker_name: 'worker-odd' }, ['killed']],
  ['a login that nobody has', { executor_login: 'nobody' }, []],
  ['an odd end', { end_reason: 'quarantined' }, ['killed']],
  ['the usual end', { end_reason: 'exit' }, ['plain']],
  ['a long duration', { duration_ms_min: '30000' }, ['killed']],
  ['a short duration', { duration_ms_max: '1500' }, ['plain']],
  ['a time range', { created_after: minuteAgo() }, ['waiting', 'killed', 'plain']],
  ['a time range that is over', { created_before: minuteAgo() }, []],
  ['no token', { token_state: 'none' }, ['waiting']],
  ['an active token', { token_state: 'active' }, ['plain']],
  ['a token that ended', { token_state: 'ended' }, ['killed']],
  ['a token used after its end', { token_state: 'used_after_end' }, ['killed']],
  ['a token with refused calls', { token_state: 'refused' }, []],
])('a list is filtered by %s', async ([, query, expected]) => {
  expect(await idsOf(query)).toEqual(expected.map((name) => runs[name]));
});

test('a filter and a cursor go together', async () => {
  expect(await idsOf({ retried: 'false', cursor: String(runs.waiting) })).toEqual([runs.plain]);
});

test('the marks of a chart are of the runs that have started, under the same filters', async () => {
  const marks = await listDurations(ada, ExecutionFilter.parse({}));
  expect(marks.map(({ id, status, ms }) => [id, status, Math.round(ms / 1_000)])).toEqual([
    [runs.killed, 'failed', 60],
    [runs.plain, 'completed', 1],
  ]);
  expect(await listDurations(ada, ExecutionFilter.parse({ exit_code: '3' }))).toEqual([]);
});

test('what waits and what is quarantined is counted, for those who may see runs', async () => {
  expect(await getLiveCounts(ada)).toEqual({ running: 0, waiting: 1, stuck: 0, quarantined: 1 });
  await expect(getLiveCounts(userWho('rules:read'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a search for a text reads a bounded number of runs for a page, and says where to go on', async () => {
  const [last] = await sql.query<{ id: number }>(
    `with made as (
       insert into execution (action_ref, pack_ref, status, result, trace_tag)
       select 'core.echo', 'core', 'completed', jsonb_build_object('data', 'hay'), 'haystack' from generate_series(1, 10050)
       returning id)
     select min(id) as id from made`,
  );
  const needle = last?.id ?? 0;
  await sql.query(`update execution set result = '{"data": "needle"}' where id = $1`, [needle]);
  const filter = { trace_tag: 'haystack', result_contains: 'needle' };

  const first = await listExecutions(ada, ExecutionFilter.parse(filter));
  expect([first.items, first.pagination.has_next]).toEqual([[], true]);
  const next = await listExecutions(
    ada,
    ExecutionFilter.parse({ ...filter, cursor: first.pagination.next_cursor }),
  );

  expect(next.items.map(({ id }) => id)).toEqual([needle]);
  expect(next.pagination).toMatchObject({ has_next: false, next_cursor: null });
});
