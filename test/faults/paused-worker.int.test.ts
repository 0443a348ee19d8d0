import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { startWorker, loadProbePack } from './product.ts';
import { attemptsOf, outputOf, Runs } from './runs.ts';

beforeAll(loadProbePack);

/** Everything that is known of an execution and its attempts. */
const rowsOf = (id: number) =>
  sql.query(
    `select to_jsonb(e) as execution, (select jsonb_agg(to_jsonb(a) order by a.number) from attempt a where a.execution_id = e.id) as attempts,
            (select jsonb_agg(to_jsonb(t) - 'calls' order by t.jti) from token t where t.execution_id = e.id) as tokens,
            (select count(*) from log_chunk l where l.execution_id = e.id) as chunks
     from execution e where e.id = $1`,
    [id],
  );

describe('a worker that is paused past its leases', () => {
  test('changes nothing when it wakes, ends the processes that it has lost, and takes new work', async () => {
    const runs = new Runs();
    const paused = await startWorker({ env: { WORKER_SLOTS: '4' } });
    // Longer than the pause: its processes go on, and have much to say when the worker wakes.
    const once = await runs.askMany(2, {
      action: 'count',
      env: { COUNT: '600', PAUSE_SECONDS: '0.1' },
    });
    const again = await runs.askMany(2, { action: 'repeatable', env: { FIRST_SECONDS: '300' } });
    await runs.untilWorking(4);

    paused.kill('SIGSTOP');
    const other = await startWorker({ env: { WORKER_SLOTS: '4' } });
    await expect
      .poll(runs.statuses, { timeout: 20_000, interval: 50 })
      .toEqual(['abandoned', 'abandoned', 'completed', 'completed']);
    const before = await Promise.all([...once, ...again].map(rowsOf));
    paused.kill('SIGCONT');

    await runs.untilGone(10_000);
    // Time for whatever it might still write.
    await delay(1_000);
    expect(await Promise.all([...once, ...again].map(rowsOf))).toEqual(before);
    for (const id of again) {
      expect(await attemptsOf(id)).toEqual(['lost', 'completed']);
      expect(await outputOf(id, 2)).toBe('start 2\nend 2\n');
    }

    other.kill('SIGKILL');
    await other.ended;
    await runs.askMany(4, { action: 'work', env: { FIRST_SECONDS: '0.5' } });
    await runs.untilWorking(4);
    await runs.untilAllEnded(10_000);
  });

  test('only for a moment loses nothing', async () => {
    const runs = new Runs();
    const worker = await startWorker();
    await startWorker();
    const id = await runs.ask({ action: 'count', env: { COUNT: '40', PAUSE_SECONDS: '0.1' } });
    await runs.untilWorking(1);
    worker.kill('SIGSTOP');
    await delay(1_000);
    worker.kill('SIGCONT');
    await runs.untilAllEnded(20_000);
    expect(await attemptsOf(id)).toEqual(['completed']);
  });
});
