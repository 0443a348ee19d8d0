import { beforeAll, expect, test } from 'vitest';
import { getExecution } from '#server/executions/service.ts';
import { ada } from '#test/executions.ts';
import { startWorker, loadProbePack } from './product.ts';
import { attemptsOf, Runs } from './runs.ts';
import { waitFor } from './until.ts';

beforeAll(loadProbePack);

const LONG = { FIRST_SECONDS: '300' };
/** Without turns all would be at work when the second worker dies. */
const NEIGHBOUR = { action: 'repeatable', env: { ...LONG, LATER_SECONDS: '0.5' } } as const;

test('a run that takes its worker along twice is quarantined, and none of its neighbours at either death', async () => {
  const poison = new Runs();
  const suspects = new Runs();
  const rest = new Runs();
  const first = await startWorker();
  await suspects.askMany(2, NEIGHBOUR);
  const id = await poison.ask({ action: 'repeatable', env: { ...LONG, LATER_SECONDS: '300' } });
  await suspects.askMany(3, NEIGHBOUR);
  await rest.ask({ action: 'work', env: { FIRST_SECONDS: '0' } });
  await poison.untilWorking(1);
  await suspects.untilWorking(5);
  await rest.untilAllEnded(10_000);
  first.kill('SIGKILL');
  await first.ended;

  const neighbour = await rest.ask({ action: 'repeatable', env: LONG });
  const second = await startWorker();
  const most = { atOnce: 0 };
  await waitFor(
    { until: 'the poison at work again, and a new neighbour', withinMs: 20_000 },
    () => {
      const again = [...poison.processes(), ...suspects.processes()];
      const working = new Set(again.map(({ execution }) => execution)).size;
      most.atOnce = Math.max(most.atOnce, working);
      return [poison, rest].every((runs) => runs.processes().length > 0);
    },
    (isSo) => isSo,
  );
  second.kill('SIGKILL');
  await second.ended;

  await startWorker();
  await poison.untilAllEnded(20_000);
  expect(await attemptsOf(id)).toEqual(['lost', 'lost']);
  const execution = await getExecution(ada, id);
  expect(execution).toMatchObject({ status: 'abandoned', end_reason: 'quarantined' });
  expect(execution.error).toContain('It was the second worker that died while running this');
  await suspects.untilAllEnded(20_000);
  expect(most.atOnce).toBe(1);
  expect(await suspects.statuses()).toEqual(Array(5).fill('completed'));
  await rest.untilAllEnded(20_000);
  expect(await attemptsOf(neighbour)).toEqual(['lost', 'completed']);
  expect(await rest.statuses()).toEqual(['completed', 'completed']);
});
