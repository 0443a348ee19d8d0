import { beforeEach, describe, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { claimAs, claimOne, done } from '#test/attempts.ts';
import { anAction, aWorker } from '#test/catalogue.ts';
import { ada, ask, bells, loseWorkerOf, NOW } from '#test/executions.ts';
import { settleLost } from './lost.ts';
import { getExecution } from './service.ts';
import { settleAttempt } from './settle.ts';
import { sweep } from './sweep.ts';
import { WAITING } from './waiting.ts';

const LEASE = { leaseSeconds: 15, graceSeconds: 10 };

/** Nobody waits or works from the test before. */
beforeEach(async () => {
  await sql.query(
    `update execution set status = 'cancelled', end_reason = 'cancel', finished_at = now() where status in ${WAITING}`,
  );
  await sql.query('update worker set stopped_at = now()');
});

/** Executions whose first worker died under all of them. */
async function suspects(times: number, action?: string): Promise<number[]> {
  const action_ref =
    action ?? (await anAction({ columns: { idempotent: true, max_retries: 9, ...NOW } }));
  const ids: number[] = [];
  for (let n = 0; n < times; n++) ids.push(await ask({}, { action_ref }));
  for (const id of ids) await loseWorkerOf((await claimOne(id)).id);
  await settleLost(LEASE);
  await sql.query('delete from pgboss.job');
  await sql.query('update worker set stopped_at = now()');
  return ids;
}

const idsOf = (claims: readonly { execution_id: number }[]) =>
  claims.map(({ execution_id: id }) => id);
const statusesOf = (ids: readonly number[]) =>
  Promise.all(ids.map(async (id) => (await getExecution(ada, id)).status));

describe('executions whose worker died', () => {
  test('run one at a time on a worker, beside any number of others', async () => {
    const [first = 0, second = 0, third = 0] = await suspects(3);
    const innocent = await ask();
    const worker = await aWorker();

    expect(idsOf(await claimAs(worker, third, second, innocent, first))).toEqual([innocent, first]);
    expect(idsOf(await claimAs(worker, second, third))).toEqual([]);
    expect(await statusesOf([second, third])).toEqual(['scheduling', 'scheduling']);
    expect(idsOf(await claimAs(await aWorker(), second, third))).toEqual([second]);
  });

  test('are never two, however often one worker claims at once', async () => {
    const ids = await suspects(6);
    const worker = await aWorker();
    const claims = await Promise.all(ids.map((id) => claimAs(worker, id)));
    expect(claims.flat()).toHaveLength(1);
  });

  test('have their turn as soon as the one before has ended, whoever has waited longest first', async () => {
    const [first = 0, second = 0, third = 0] = await suspects(3);
    const worker = await aWorker();
    const [running] = await claimAs(worker, first, second, third);
    if (running === undefined) throw new Error('nothing runs');
    expect(await bells(second)).toEqual([]);

    await settleAttempt(running, done);

    expect([await bells(second), await bells(third)].map(({ length }) => length)).toEqual([1, 0]);
    expect(idsOf(await claimAs(worker, third, second))).toEqual([second]);
  });

  test('are rung for again while another worker could take them, and by the sweep', async () => {
    const [first = 0, second = 0, third = 0] = await suspects(3);
    const worker = await aWorker();
    await aWorker();
    await claimAs(worker, first, second, third);
    expect([await bells(second), await bells(third)].map(({ length }) => length)).toEqual([1, 0]);

    await sql.query('delete from pgboss.job');
    await sweep();
    expect([await bells(second), await bells(third)].map(({ length }) => length)).toEqual([1, 0]);
  });

  test('under a concurrency limit wait for both turns, and keep neither from anybody', async () => {
    const columns = { idempotent: true, max_retries: 9, ...NOW };
    const limited = await anAction({
      columns: { ...columns, concurrency: { limit: 2, key: null, on_limit: 'enqueue' } },
    });
    const [first = 0, second = 0] = await suspects(2, limited);
    const innocent = await ask({}, { action_ref: limited });
    const worker = await aWorker();

    const claims = await claimAs(worker, first, second, innocent);
    expect(idsOf(claims)).toEqual([first]);
    expect(idsOf(await claimAs(await aWorker(), second, innocent))).toEqual([second]);
    for (const claim of claims) await settleAttempt(claim, done);
    expect(idsOf(await claimAs(worker, innocent))).toEqual([innocent]);
  });
});
