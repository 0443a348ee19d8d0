import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { cordonWorker, uncordonWorker } from '#server/workers/cordon.ts';
import { getWorker } from '#server/workers/service.ts';
import { userWho } from '#test/actors.ts';
import { aRuleOf, aSensor } from '#test/sensors.ts';
import { loadProbePack, startWorker } from './product.ts';
import { attemptsOf, checkSoundness, Runs } from './runs.ts';
import { waitFor } from './until.ts';

beforeAll(loadProbePack);

const operator = userWho('workers:manage', 'workers:read');
/** Longer than any bell, sweep or backstop takes. */
const LONG_MS = 8_000;

test('a cordoned worker claims nothing while what it runs ends in peace, and works again once it is uncordoned', async () => {
  const runs = new Runs();
  const worker = await startWorker();
  const running = await runs.ask({ action: 'work', env: { FIRST_SECONDS: '4' } });
  await runs.untilWorking(1);

  await cordonWorker(operator, worker.id, 'new memory');
  const waiting = await runs.askMany(3, { action: 'work', env: { FIRST_SECONDS: '0' } });
  await delay(LONG_MS);

  expect(await attemptsOf(running)).toEqual(['completed']);
  for (const id of waiting) expect(await attemptsOf(id)).toEqual([]);
  expect(await getWorker(operator, worker.id)).toMatchObject({
    health_state: 'cordoned',
    cordon_reason: 'new memory',
    cordoned_by_login: operator.login,
    load: { total_active: 0 },
  });

  await uncordonWorker(operator, worker.id);
  await runs.untilAllEnded(5_000);
  expect(await runs.statuses()).toEqual(Array(4).fill('completed'));
});

test('what a cordoned worker would have run goes to another one, and so do its sensors', async () => {
  const env = { RUN_SENSORS: 'true' };
  const sensor = await aSensor({ script: 'sleep 1000\n' });
  await aRuleOf(sensor.trigger);
  const first = await startWorker({ env });
  await untilRunBy(sensor.id, first.id);
  const second = await startWorker({ env });

  await cordonWorker(operator, first.id, null);

  await untilRunBy(sensor.id, second.id);
  const runs = new Runs();
  const ids = await runs.askMany(8, { action: 'work', env: { FIRST_SECONDS: '0' } });
  await runs.untilAllEnded(5_000);
  expect(
    await sql.query('select distinct worker_id from attempt where execution_id = any ($1)', [ids]),
  ).toEqual([{ worker_id: second.id }]);
  await checkSoundness();
});

test('a restart under the same name does not undo a cordon', async () => {
  const env = { WORKER_NAME: 'the one with little memory' };
  const first = await startWorker({ env });
  await cordonWorker(operator, first.id, 'too small');
  first.kill('SIGTERM');
  await first.ended;

  const second = await startWorker({ env });

  expect(await getWorker(operator, second.id)).toMatchObject({
    cordoned: true,
    cordon_reason: 'too small',
  });
});

const untilRunBy = (sensorId: number, workerId: number) =>
  waitFor(
    { until: `run by worker ${workerId}, with one token`, withinMs: 10_000 },
    () =>
      sql.query<{ worker_id: number; status: string; tokens: number }>(
        `select worker_id, status, (select count(*) from token where sensor_id = $1 and ended_at is null) as tokens
         from sensor_process where sensor_id = $1`,
        [sensorId],
      ),
    ([row]) => row?.worker_id === workerId && row.status === 'running' && row.tokens === 1,
  );
