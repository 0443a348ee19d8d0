import { expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { aRuleOf, aSensor } from '#test/sensors.ts';
import { startWorker } from './product.ts';
import { checkSoundness } from './runs.ts';
import { waitFor } from './until.ts';

/** Long enough that nobody who waits for it passes. */
const env = { RUN_SENSORS: 'true', LEASE_SECONDS: '60' };

test('the sensors of a worker that was killed run again as soon as the next one on its machine has started', async () => {
  const sensor = await aSensor({ script: 'sleep 1000\n' });
  await aRuleOf(sensor.trigger);
  const untilRunBy = (workerId: number) =>
    waitFor(
      { until: `run by worker ${workerId}, with the one token that lives`, withinMs: 10_000 },
      () =>
        sql.query<{ worker_id: number; status: string; tokens: number }>(
          `select worker_id, status, last_error, (select count(*) from token where sensor_id = $1 and ended_at is null) as tokens
           from sensor_process where sensor_id = $1`,
          [sensor.id],
        ),
      ([row]) => row?.worker_id === workerId && row.status === 'running' && row.tokens === 1,
    );
  const first = await startWorker({ env });
  await untilRunBy(first.id);

  first.kill('SIGKILL');
  await first.ended;

  const second = await startWorker({ env });
  await expect(untilRunBy(second.id)).resolves.toBeUndefined();
  await checkSoundness();
});
