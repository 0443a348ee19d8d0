import { beforeAll, describe, expect, test } from 'vitest';
import { inTransaction, sql } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { EXECUTION_QUEUE, openQueue, ringFor } from '#server/queue/queue.ts';
import { isDeep } from './depth.ts';
import { startWorker, loadProbePack } from './product.ts';
import { attemptsOf, outputOf, Runs } from './runs.ts';

beforeAll(loadProbePack);

const BELLS = isDeep ? 1_000 : 50;

describe('a bell', () => {
  test('that rings many times for one execution, with two workers listening, starts it once', async () => {
    const runs = new Runs();
    await startWorker();
    await startWorker();
    const id = await runs.ask({ action: 'work', env: { FIRST_SECONDS: '0.5' } });

    for (let rung = 0; rung < BELLS; rung += 10) {
      await inTransaction(async (tx) => {
        await ringFor(tx, Array<number>(10).fill(id));
        await announce(tx, 'jobs');
      });
    }

    await runs.untilAllEnded(15_000);
    expect(await attemptsOf(id)).toEqual(['completed']);
    expect(await outputOf(id)).toBe('start 1\nend 1\n');
    await expect.poll(waitingBells, { timeout: 15_000 }).toBe(0);
    expect(await attemptsOf(id)).toEqual(['completed']);
  });

  test('that was answered by a worker that died before its claim costs at most 10 s', async () => {
    const runs = new Runs();
    const id = await runs.ask({ action: 'work', env: { FIRST_SECONDS: '0' } });
    const queue = await openQueue({ maintain: false });
    // What a worker does first; and then it is gone.
    expect(await queue.fetch(EXECUTION_QUEUE, { batchSize: 10 })).toHaveLength(1);
    await startWorker();

    await runs.untilStarted(id, 10_000);

    await runs.untilAllEnded(5_000);
    expect(await attemptsOf(id)).toEqual(['completed']);
  });

  test('that the queue has thrown away is rung anew', async () => {
    const runs = new Runs();
    const ids = await runs.askMany(8, { action: 'work', env: { FIRST_SECONDS: '0' } });
    await sql.query('delete from pgboss.job where name = $1', [EXECUTION_QUEUE]);
    await startWorker();

    await runs.untilAllEnded(15_000);
    for (const id of ids) expect(await attemptsOf(id)).toEqual(['completed']);
  });

  test('that nobody hears, because the connection that listens is half open, is answered all the same; so is a cancel', async () => {
    const runs = new Runs();
    await startWorker();
    const listeners = await sql.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and application_name = 'attune live'`,
    );
    expect(listeners).toHaveLength(1);
    for (const { pid } of listeners) process.kill(pid, 'SIGSTOP');
    try {
      const quick = await runs.ask({ action: 'work', env: { FIRST_SECONDS: '0' } });
      await runs.untilStarted(quick, 5_000);
      const long = await runs.ask({ action: 'work', env: { FIRST_SECONDS: '300' } });
      await runs.untilWorking(1);
      await runs.cancel(long);
      await runs.untilAllEnded(10_000);
      expect(await runs.statuses()).toEqual(['completed', 'cancelled']);
    } finally {
      for (const { pid } of listeners) process.kill(pid, 'SIGCONT');
    }
  });
});

async function waitingBells(): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `select count(*) from pgboss.job where name = $1 and state < 'completed'`,
    [EXECUTION_QUEUE],
  );
  return row?.count ?? 0;
}
