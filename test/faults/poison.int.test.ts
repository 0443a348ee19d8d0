import { beforeAll, expect, test } from 'vitest';
import { getExecution } from '#server/executions/service.ts';
import { ada } from '#test/executions.ts';
import { startWorker, loadProbePack } from './product.ts';
import { attemptsOf, Runs } from './runs.ts';

beforeAll(loadProbePack);

test('a run that takes its worker along is quarantined after two crashes, and the rest goes on', async () => {
  const poison = new Runs();
  const rest = new Runs();
  const id = await poison.ask({
    action: 'repeatable',
    env: { FIRST_SECONDS: '300', LATER_SECONDS: '300' },
  });

  const first = await startWorker({ env: { WORKER_SLOTS: '4' } });
  await poison.untilWorking(1, 1);
  await rest.ask({ action: 'work', env: { FIRST_SECONDS: '0' } });
  await rest.untilAllEnded(10_000);
  first.kill('SIGKILL');
  await first.ended;

  const neighbour = await rest.ask({ action: 'repeatable', env: { FIRST_SECONDS: '300' } });
  const second = await startWorker({ env: { WORKER_SLOTS: '4' } });
  await poison.untilWorking(1, 2);
  await rest.untilWorking(1, 1);
  second.kill('SIGKILL');
  await second.ended;

  await startWorker();
  await poison.untilAllEnded(20_000);
  expect(await attemptsOf(id)).toEqual(['lost', 'lost']);
  const execution = await getExecution(ada, id);
  expect(execution).toMatchObject({ status: 'abandoned', end_reason: 'quarantined' });
  expect(execution.error).toContain('It was the second worker that died while running this');
  await rest.untilAllEnded(20_000);
  expect(await attemptsOf(neighbour)).toEqual(['lost', 'completed']);
  expect(await rest.statuses()).toEqual(['completed', 'completed']);
});
