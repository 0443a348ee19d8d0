import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { getHealthDetail } from '#server/health/service.ts';
import { getWorker } from '#server/workers/service.ts';
import { userWho } from '#test/actors.ts';
import { startWorker, loadProbePack } from './product.ts';
import { Runs } from './runs.ts';
import { waitFor } from './until.ts';

/** No disk has as much room. */
const TOO_MUCH = String(2 ** 52);
process.env['DISK_FREE_MIN_BYTES'] = TOO_MUCH; // of web, which is this process

beforeAll(loadProbePack);

const FULL =
  /^The disk of the data directory has .* left, and 4096\.0 TiB are needed: nothing new is started until some space is freed\.$/;

test('a worker on a nearly full disk takes nothing and says so, health says so too, and another one runs what waits', async () => {
  const runs = new Runs();
  const full = await startWorker({ env: { DISK_FREE_MIN_BYTES: TOO_MUCH } });
  await runs.askMany(3, { action: 'work', env: { FIRST_SECONDS: '0' } });
  await waitFor(
    { until: 'said on the row of the worker', withinMs: 10_000 },
    () => getWorker(userWho('workers:read'), full.id),
    ({ health_state: health, paused_reason: reason }) =>
      health === 'error' && FULL.test(reason ?? ''),
  );
  await delay(3_000); // longer than any bell or backstop takes
  expect(await runs.statuses()).toEqual(Array(3).fill('requested'));
  const health = await getHealthDetail();
  expect(health).toMatchObject({ status: 'degraded', waiting: 3, workers: 1 });
  expect(health.problems).toContainEqual(expect.stringMatching(FULL));

  await startWorker({ env: { DISK_FREE_MIN_BYTES: '0' } });
  await runs.untilAllEnded(10_000);
  expect(await runs.statuses()).toEqual(Array(3).fill('completed'));
});
