import { describe, expect, test } from 'vitest';
import { inTransaction, sql } from '#server/db/sql.ts';
import { userWho } from '#test/actors.ts';
import { claimAs, claimOne, done, failed } from '#test/attempts.ts';
import { anAction, aWorker } from '#test/catalogue.ts';
import { endLateWaits } from './clocks.ts';
import { settleLost, settleOverdue, settleUnknown } from './lost.ts';
import { cancelExecution, createExecution, getExecution, listAttempts } from './service.ts';
import { settleAttempt } from './settle.ts';
import { sweep } from './sweep.ts';

const ada = userWho('actions:execute', 'executions:read', 'executions:cancel');
const LEASE = { leaseSeconds: 15, graceSeconds: 10 };

type Columns = NonNullable<Parameters<typeof anAction>[0]>['columns'];
type Body = Partial<Parameters<typeof createExecution>[1]>;

async function ask(columns: Columns = {}, body: Body = {}): Promise<number> {
  const action_ref = body.action_ref ?? (await anAction({ columns }));
  return (await createExecution(ada, { parameters: {}, env_vars: {}, ...body, action_ref })).id;
}

const NOW = { retry: { backoff: 'constant', delay_seconds: 0, jitter: 0, max_delay_seconds: 1 } };

const bells = async (id: number): Promise<{ start_after: Date }[]> =>
  sql.query(
    `select start_after from pgboss.job where (data ->> 'execution_id')::bigint = $1 and state = 'created' order by start_after`,
    [id],
  );

/** As if the worker of an attempt had died long ago. */
const loseWorkerOf = (attemptId: number) =>
  sql.query(`update attempt set lease_expires_at = now() - interval '1 minute' where id = $1`, [
    attemptId,
  ]);

describe('a failed attempt', () => {
  test('is followed by another one, with its own token and its own row, while retries are left', async () => {
    const id = await ask({ max_retries: 1, ...NOW });
    const first = await claimOne(id);

    expect(await settleAttempt(first, failed)).toMatchObject({ id, status: 'scheduled' });
    expect(await getExecution(ada, id)).toMatchObject({
      status: 'scheduled',
      end_reason: null,
      result: {},
    });
    const second = await claimOne(id);
    expect(second).toMatchObject({ number: 2 });
    expect(second.token.jti).not.toBe(first.token.jti);
    await settleAttempt(second, failed);

    expect(await getExecution(ada, id)).toMatchObject({
      status: 'failed',
      end_reason: 'exit',
      attempt_count: 2,
    });
    expect(await listAttempts(ada, id)).toMatchObject([
      { number: 1, status: 'failed', exit_code: 1 },
      { number: 2, status: 'failed', exit_code: 1 },
    ]);
  });

  test('waits as its policy says: nobody can claim it earlier, and its bell rings then', async () => {
    const id = await ask({
      max_retries: 3,
      retry: { backoff: 'constant', delay_seconds: 60, jitter: 0, max_delay_seconds: null },
    });
    const ended = await settleAttempt(await claimOne(id), failed);

    const waitMs = (ended?.run_after?.getTime() ?? 0) - Date.now();
    expect(waitMs).toBeGreaterThan(55_000);
    expect(waitMs).toBeLessThan(61_000);
    expect(await claimAs(await aWorker(), id)).toEqual([]);
    expect((await bells(id)).at(-1)?.start_after).toEqual(ended?.run_after);
  });

  test('is the last one when somebody has asked for the end, or when its deadline comes first', async () => {
    const cancelled = await ask({ max_retries: 5, ...NOW });
    const attempt = await claimOne(cancelled);
    await cancelExecution(ada, cancelled);
    expect(await settleAttempt(attempt, failed)).toMatchObject({ status: 'failed' });

    const late = await ask(
      {
        max_retries: 5,
        retry: { backoff: 'constant', delay_seconds: 60, jitter: 0, max_delay_seconds: null },
      },
      { deadline_seconds: 30 },
    );
    expect(await settleAttempt(await claimOne(late), failed)).toMatchObject({ status: 'failed' });
  });

  test('can be cancelled while it waits, and then no bell starts it again', async () => {
    const id = await ask({ max_retries: 5, ...NOW });
    await settleAttempt(await claimOne(id), failed);
    expect(await cancelExecution(ada, id, 'enough')).toMatchObject({
      status: 'cancelled',
      end_reason: 'cancel',
    });
    expect(await claimAs(await aWorker(), id, id)).toEqual([]);
    await sweep();
    expect(await getExecution(ada, id)).toMatchObject({ status: 'cancelled', attempt_count: 1 });
  });
});

describe('a lost worker', () => {
  test('leaves its execution abandoned, saying who was lost, where and when', async () => {
    const id = await ask({ max_retries: 5 });
    await loseWorkerOf((await claimOne(id)).id);

    expect(await settleLost(LEASE)).toMatchObject([{ id, status: 'abandoned' }]);

    const execution = await getExecution(ada, id);
    expect(execution).toMatchObject({ status: 'abandoned', end_reason: 'worker_lost' });
    expect(execution.error).toMatch(
      /^The worker .+ on .+ was lost: its last sign of life was at \d{4}-/,
    );
    expect(await listAttempts(ada, id)).toMatchObject([{ status: 'lost', kill_unproven: true }]);
  });

  test('gives an idempotent action another attempt, and the old one can write nothing any more', async () => {
    const id = await ask({ max_retries: 1, idempotent: true, ...NOW });
    const first = await claimOne(id);
    await loseWorkerOf(first.id);
    expect(await settleLost(LEASE)).toMatchObject([{ id, status: 'scheduled' }]);

    const second = await claimOne(id);
    expect(await settleAttempt(first, done)).toBeNull();
    expect(await settleAttempt(second, done)).toMatchObject({ status: 'completed' });
    expect(await listAttempts(ada, id)).toMatchObject([
      { status: 'lost' },
      { status: 'completed' },
    ]);
  });

  test('that was the second to die under it leaves it quarantined, and the rest goes on', async () => {
    const id = await ask({ max_retries: 9, idempotent: true, ...NOW });
    const other = await ask();
    await loseWorkerOf((await claimOne(id)).id);
    await settleLost(LEASE);
    await loseWorkerOf((await claimOne(id)).id);
    await settleLost(LEASE);

    expect(await getExecution(ada, id)).toMatchObject({
      status: 'abandoned',
      end_reason: 'quarantined',
    });
    expect(await settleAttempt(await claimOne(other), done)).toMatchObject({ status: 'completed' });
  });

  test('is not declared while its lease and the grace last', async () => {
    const id = await ask();
    const attempt = await claimOne(id);
    await sql.query(`update attempt set lease_expires_at = now() - interval '9 s' where id = $1`, [
      attempt.id,
    ]);
    expect(await settleLost(LEASE)).toEqual([]);
    expect(await settleAttempt(attempt, done)).toMatchObject({ status: 'completed' });
  });

  test('or one that lets a run go on far beyond its time-out loses it', async () => {
    const id = await ask({ timeout_seconds: 1 });
    const attempt = await claimOne(id);
    await sql.query(`update attempt set claimed_at = now() - interval '10 minutes' where id = $1`, [
      attempt.id,
    ]);
    expect(await settleOverdue(15, 10)).toMatchObject([{ id, status: 'timeout' }]);
    expect(await settleAttempt(attempt, done)).toBeNull();
    expect(await getExecution(ada, id)).toMatchObject({ end_reason: 'overdue' });
  });

  test('that never heard of its own claim gives it back: nothing was started', async () => {
    const id = await ask();
    const attempt = await claimOne(id);
    await sql.query(`update attempt set claimed_at = now() - interval '6 s' where id = $1`, [
      attempt.id,
    ]);

    expect(await settleUnknown(attempt.worker_id, [attempt.id])).toEqual([]);
    expect(await settleUnknown(attempt.worker_id, [])).toMatchObject([{ id, status: 'scheduled' }]);
    expect(await claimOne(id)).toMatchObject({ number: 2 });
  });
});

describe('a wait', () => {
  test('for a worker ends after queue_timeout_seconds, and says so', async () => {
    const id = await ask({}, { queue_timeout_seconds: 30 });
    await sql.query(
      `update execution set queue_deadline_at = now() - interval '1 s' where id = $1`,
      [id],
    );
    expect(await claimAs(await aWorker(), id)).toEqual([]);
    await endLateWaits();
    expect(await getExecution(ada, id)).toMatchObject({
      status: 'timeout',
      end_reason: 'queue_timeout',
      result: { timed_out: true, clock: 'queue_timeout_seconds' },
      error: 'Waited longer than 30 s for a worker (queue_timeout_seconds)',
    });
  });

  test('begins anew with every try', async () => {
    const id = await ask({ max_retries: 1, ...NOW }, { queue_timeout_seconds: 30 });
    await settleAttempt(await claimOne(id), failed);
    const { queue_deadline_at: until } = await getExecution(ada, id);
    expect(Date.parse(until ?? '') - Date.now()).toBeGreaterThan(25_000);
  });

  test('ends when the deadline of the whole execution passes, and a run is told what is left of it', async () => {
    const waiting = await ask({}, { deadline_seconds: 60 });
    await sql.query(`update execution set deadline_at = now() - interval '1 s' where id = $1`, [
      waiting,
    ]);
    await endLateWaits();
    expect(await getExecution(ada, waiting)).toMatchObject({
      status: 'timeout',
      end_reason: 'deadline',
      result: { clock: 'deadline_seconds' },
    });

    const { deadline_in_ms: left } = await claimOne(await ask({}, { deadline_seconds: 60 }));
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThanOrEqual(60_000);
  });
});

describe('a cancel of a parent', () => {
  const family = async (columns: Columns) => {
    const parent = await ask(columns);
    await claimOne(parent);
    const running = await ask({}, { parent });
    await claimOne(running);
    const grandchild = await ask({}, { parent: running });
    const waiting = await ask({}, { parent });
    return { parent, running, grandchild, waiting };
  };
  const statusOf = async (id: number) => (await getExecution(ada, id)).status;

  test('lets running children finish, and cancels those that wait', async () => {
    const { parent, running, grandchild, waiting } = await family({});
    await cancelExecution(ada, parent);
    expect(await Promise.all([parent, running, grandchild, waiting].map(statusOf))).toEqual([
      'canceling',
      'running',
      'requested',
      'cancelled',
    ]);
  });

  test('with cancel_running takes every descendant along', async () => {
    const { parent, running, grandchild, waiting } = await family({
      cancellation_policy: 'cancel_running',
    });
    await cancelExecution(ada, parent, 'wrong host');
    expect(await Promise.all([parent, running, grandchild, waiting].map(statusOf))).toEqual([
      'canceling',
      'canceling',
      'cancelled',
      'cancelled',
    ]);
    expect(await getExecution(ada, grandchild)).toMatchObject({ cancel_reason: 'wrong host' });
  });

  test('lets nothing new come from it, however the two race', async () => {
    for (let round = 0; round < 20; round++) {
      const parent = await ask({ cancellation_policy: 'cancel_running' });
      await claimOne(parent);
      const action_ref = await anAction();
      const [, child] = await Promise.allSettled([
        cancelExecution(ada, parent),
        createExecution(ada, { action_ref, parameters: {}, env_vars: {}, parent }),
      ]);
      if (child.status === 'fulfilled') expect(await statusOf(child.value.id)).toBe('cancelled');
      else expect(child.reason).toMatchObject({ code: 'CONFLICT' });
    }
  });
});

describe('a concurrency limit', () => {
  const limited = (concurrency: Record<string, unknown>, columns: Columns = {}) =>
    anAction({
      columns: {
        ...columns,
        concurrency: { key: null, on_limit: 'enqueue', ...concurrency } as never,
      },
    });
  const askFor = (action_ref: string, parameters = {}) => ask({}, { action_ref, parameters });
  const statusOf = async (id: number) => (await getExecution(ada, id)).status;

  test('is never exceeded, however many workers answer at once, and nobody is left waiting', async () => {
    const action = await limited({ limit: 3 });
    const ids = await Promise.all(Array.from({ length: 30 }, () => askFor(action)));
    const workers = await Promise.all(Array.from({ length: 6 }, () => aWorker()));
    let most = 0;
    const left = new Set(ids);
    while (left.size > 0) {
      const claims = (await Promise.all(workers.map((worker) => claimAs(worker, ...left)))).flat();
      const [row] = await sql.query<{ running: number }>(
        `select count(*) as running from execution where action_ref = $1 and status = 'running'`,
        [action],
      );
      most = Math.max(most, row?.running ?? 0);
      expect(claims.length).toBeGreaterThan(0);
      await Promise.all(claims.map((claim) => settleAttempt(claim, done)));
      for (const { execution_id: id } of claims) left.delete(id);
    }
    expect(most).toBe(3);
    expect(new Set(await Promise.all(ids.map(statusOf)))).toEqual(new Set(['completed']));
  });

  test('lets the next one have its turn, the oldest first, when a run ends', async () => {
    const action = await limited({ limit: 1 });
    const [first = 0, second = 0, third = 0] = [
      await askFor(action),
      await askFor(action),
      await askFor(action),
    ];
    const [running] = await claimAs(await aWorker(), first, second, third);
    expect(await Promise.all([first, second, third].map(statusOf))).toEqual([
      'running',
      'scheduling',
      'scheduling',
    ]);
    await sql.query('delete from pgboss.job');
    if (running === undefined) throw new Error('nothing runs');

    await settleAttempt(running, done);

    expect([await bells(second), await bells(third)].map(({ length }) => length)).toEqual([1, 0]);
    expect(await claimAs(await aWorker(), third)).toEqual([]);
    expect(await claimAs(await aWorker(), second)).toMatchObject([{ execution_id: second }]);
  });

  test('counts by key, so runs of another key go on', async () => {
    const action = await limited({ limit: 1, key: '{{ parameters.host }}' });
    const ids = [
      await askFor(action, { host: 'a' }),
      await askFor(action, { host: 'a' }),
      await askFor(action, { host: 'b' }),
    ];
    const claims = await claimAs(await aWorker(), ...ids);
    expect(claims.map(({ execution_id: id }) => id)).toEqual([ids[0], ids[2]]);
  });

  test('with `cancel` ends what comes on top', async () => {
    const action = await limited({ limit: 1, on_limit: 'cancel' });
    const [first = 0, second = 0] = [await askFor(action), await askFor(action)];
    await claimAs(await aWorker(), first);
    await claimAs(await aWorker(), second);
    expect(await getExecution(ada, second)).toMatchObject({
      status: 'cancelled',
      end_reason: 'concurrency_limit',
    });
  });

  test('with `replace` makes the oldest run leave, and only the newest are left', async () => {
    const action = await limited({ limit: 1, on_limit: 'replace' });
    const [first = 0, second = 0, third = 0] = [
      await askFor(action),
      await askFor(action),
      await askFor(action),
    ];
    const [running] = await claimAs(await aWorker(), first);
    await claimAs(await aWorker(), second);
    expect(await Promise.all([first, second].map(statusOf))).toEqual(['canceling', 'scheduling']);
    await claimAs(await aWorker(), third);
    expect(await getExecution(ada, second)).toMatchObject({
      status: 'cancelled',
      end_reason: 'replaced',
    });
    if (running === undefined) throw new Error('nothing runs');
    await settleAttempt(running, { ...done, attemptStatus: 'cancelled', endReason: 'cancel' });
    expect(await claimAs(await aWorker(), third)).toMatchObject([{ execution_id: third }]);
  });

  test('gives the place of a lost or cancelled run to the next one', async () => {
    const action = await limited({ limit: 1 });
    const [first = 0, second = 0] = [await askFor(action), await askFor(action)];
    const [running] = await claimAs(await aWorker(), first, second);
    await loseWorkerOf(running?.id ?? 0);
    await settleLost(LEASE);
    expect(await claimAs(await aWorker(), second)).toMatchObject([{ execution_id: second }]);
  });

  test('whose bell was lost with a crash is rung for by the sweep', async () => {
    const action = await limited({ limit: 1 });
    const [first = 0, second = 0] = [await askFor(action), await askFor(action)];
    const [running] = await claimAs(await aWorker(), first, second);
    if (running === undefined) throw new Error('nothing runs');
    await settleAttempt(running, done);
    await sql.query('delete from pgboss.job');
    await sweep();
    expect(await bells(second)).toHaveLength(1);
  });
});

describe('the database', () => {
  test('refuses a limit that is only half there', async () => {
    const id = await ask();
    await expect(
      inTransaction((tx) =>
        tx.query(`update execution set concurrency_key = 'k' where id = $1`, [id]),
      ),
    ).rejects.toMatchObject({ code: '23514' });
  });
});
