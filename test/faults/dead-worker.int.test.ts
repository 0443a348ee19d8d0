import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { config } from '#server/config.ts';
import { sql } from '#server/db/sql.ts';
import { getExecution } from '#server/executions/service.ts';
import { ada } from '#test/executions.ts';
import { startWorker, loadProbePack } from './product.ts';
import { attemptsOf, outputOf, Runs } from './runs.ts';

beforeAll(loadProbePack);

const LONG = { FIRST_SECONDS: '300' };
/** lease, grace, the sweep's interval, and a busy machine */
const NOTICED_MS_MAX = 2_000 + 1_000 + 2_000 + 10_000;

describe('kill -9 of a worker with eight runs', () => {
  test('ends them all: what is idempotent is done by another worker, the rest is abandoned and says who died', async () => {
    const runs = new Runs();
    const first = await startWorker({ env: { WORKER_NAME: 'doomed' } });
    const once = await runs.askMany(4, { action: 'work', env: LONG });
    const again = await runs.askMany(4, { action: 'repeatable', env: LONG });
    await runs.untilWorking(8);
    const second = await startWorker();

    first.kill('SIGKILL');

    await runs.untilGone();
    await runs.untilAllEnded(NOTICED_MS_MAX);
    for (const id of once) {
      const execution = await getExecution(ada, id);
      expect(execution).toMatchObject({ status: 'abandoned', end_reason: 'worker_lost' });
      expect(execution.error).toMatch(
        /^The worker doomed on \S+ was lost: its last sign of life was at 2\d{3}-/,
      );
    }
    for (const id of again) {
      expect(await attemptsOf(id)).toEqual(['lost', 'completed']);
      expect(await getExecution(ada, id)).toMatchObject({ status: 'completed', worker: second.id });
      expect(await outputOf(id)).toBe('start 1\nstart 2\nend 2\n');
    }
  });

  test('leaves directories that the next start removes, and the audit says so', async () => {
    const runs = new Runs();
    const first = await startWorker();
    await runs.askMany(2, { action: 'work', env: LONG });
    await runs.untilWorking(2);
    const own = (parent: string) => readdirSync(join(config().ATTUNE_DATA_DIR, parent));
    const left = [...own('runs'), ...own('worker')].filter((name) =>
      name.includes(`-${first.pid}-`),
    );
    expect(left).toHaveLength(2);
    first.kill('SIGKILL');
    await first.ended;

    await startWorker();

    expect([...own('runs'), ...own('worker')]).not.toEqual(expect.arrayContaining([left[0]]));
    const [record] = await sql.query<{ details: { directories: number } }>(
      `select details from audit_event where event_type = 'worker.leftovers_ended' order by id desc limit 1`,
    );
    expect(record?.details.directories).toBeGreaterThanOrEqual(2);
    await runs.untilAllEnded(NOTICED_MS_MAX);
  });

  test(
    'is settled within 30 s with the settings that everybody has',
    { timeout: 60_000 },
    async () => {
      const runs = new Runs();
      const env = { LEASE_SECONDS: '15', LEASE_GRACE_SECONDS: '10', KILL_GRACE_SECONDS: '10' };
      const first = await startWorker({ env });
      await runs.askMany(4, { action: 'work', env: LONG });
      await runs.askMany(4, { action: 'repeatable', env: LONG });
      await runs.untilWorking(8);
      await startWorker({ env });

      first.kill('SIGKILL');

      await runs.untilAllEnded(30_000);
      const statuses = await runs.statuses();
      expect(statuses.slice(0, 4)).toEqual(Array(4).fill('abandoned'));
      expect(statuses.slice(4)).toEqual(Array(4).fill('completed'));
    },
  );
});
