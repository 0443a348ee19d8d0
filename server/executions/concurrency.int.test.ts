import { describe, expect, test, vi } from 'vitest';
import { inTransaction, sql } from '#server/db/sql.ts';
import { claimAs, done } from '#test/attempts.ts';
import { anAction, aWorker } from '#test/catalogue.ts';
import { ada, ask, bells, loseWorkerOf } from '#test/executions.ts';
import { lockLimits } from './concurrency.ts';
import { settleLost } from './lost.ts';
import { getExecution } from './service.ts';
import { settleAttempt } from './settle.ts';
import { sweep } from './sweep.ts';

const LEASE = { leaseSeconds: 15, graceSeconds: 10 };

describe('a concurrency limit', () => {
  const limited = (concurrency: { limit: number; key?: string; on_limit?: string }) =>
    anAction({ columns: { concurrency: { key: null, on_limit: 'enqueue', ...concurrency } } });
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
    const [first, second, third] = [
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
    const [first, second] = [await askFor(action), await askFor(action)];
    await claimAs(await aWorker(), first);
    await claimAs(await aWorker(), second);
    expect(await getExecution(ada, second)).toMatchObject({
      status: 'cancelled',
      end_reason: 'concurrency_limit',
    });
  });

  test('with `replace` makes the oldest run leave, and only the newest are left', async () => {
    const action = await limited({ limit: 1, on_limit: 'replace' });
    const [first, second, third] = [
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
    const [first, second] = [await askFor(action), await askFor(action)];
    const [running] = await claimAs(await aWorker(), first, second);
    await loseWorkerOf(running?.id ?? 0);
    await settleLost(LEASE);
    expect(await claimAs(await aWorker(), second)).toMatchObject([{ execution_id: second }]);
  });

  test('whose bell was lost with a crash is rung for by the sweep', async () => {
    const action = await limited({ limit: 1 });
    const [first, second] = [await askFor(action), await askFor(action)];
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

test('nobody is cancelled below the limit because an older one has not heard its bell yet', async () => {
  const action = await anAction({
    columns: { concurrency: { limit: 1, key: null, on_limit: 'cancel' } },
  });
  await ask({}, { action_ref: action });
  const second = await ask({}, { action_ref: action });
  expect(await claimAs(await aWorker(), second)).toMatchObject([{ execution_id: second }]);
});

test('who finds a key busy is rung for again in a moment by the clock of the database, however wrong his own', async () => {
  const action = await anAction({
    columns: { concurrency: { limit: 1, key: null, on_limit: 'enqueue' } },
  });
  const id = await ask({}, { action_ref: action });
  const [row] = await sql.query<{ key: string }>(
    'select concurrency_key as key from execution where id = $1',
    [id],
  );
  const worker = await aWorker();
  await sql.query('delete from pgboss.job');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
  try {
    await inTransaction(async (tx) => {
      await lockLimits(tx, [row?.key ?? '']);
      expect(await claimAs(worker, id)).toEqual([]);
    });
  } finally {
    vi.useRealTimers();
  }
  const [job] = await sql.query<{ ahead: number }>(
    `select extract(epoch from start_after - now())::float8 as ahead from pgboss.job where state = 'created'`,
  );
  expect(Math.abs(job?.ahead ?? Infinity)).toBeLessThan(5);
});
