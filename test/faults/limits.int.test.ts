import { beforeAll, expect, test } from 'vitest';
import { isDeep } from './depth.ts';
import { startWorker, loadProbePack } from './product.ts';
import { outputOf, Runs } from './runs.ts';
import { waitFor } from './until.ts';

beforeAll(loadProbePack);

const LIMIT = 3; // of the action
const RUNS = isDeep ? 600 : 45;

test('never more run at once than a limit allows, whatever worker they are on, also while one of two workers dies', async () => {
  const runs = new Runs();
  const first = await startWorker();
  await startWorker();
  const ids = await runs.askMany(RUNS, { action: 'limited' });
  await waitFor(
    { until: 'a third of them ended', withinMs: isDeep ? 200_000 : 30_000 },
    runs.statuses,
    (statuses) => statuses.filter((status) => status === 'completed').length > RUNS / 3,
  );
  first.kill('SIGKILL');

  await runs.untilAllEnded(isDeep ? 400_000 : 40_000);
  expect(new Set(await runs.statuses())).toEqual(new Set(['completed']));
  const spans = (await Promise.all(ids.map(spanOf))).toSorted(([a], [b]) => a - b);
  const most = Math.max(
    ...spans.map(([at]) => spans.filter(([from, to]) => from <= at && at < to).length),
  );
  // As many as may, and not one more.
  expect(most).toBe(LIMIT);
});

/** From when to when its last attempt was at work, in ms. */
async function spanOf(id: number): Promise<[number, number]> {
  const times = (await outputOf(id))
    .trim()
    .split('\n')
    .map((line) => Number(line) / 1e6);
  return [times.at(-2) ?? NaN, times.at(-1) ?? NaN];
}
