import { beforeAll, expect, test } from 'vitest';
import { getExecution, listAttempts } from '#server/executions/service.ts';
import { ada } from '#test/executions.ts';
import { startWorker, loadProbePack } from './product.ts';
import { attemptsOf, Runs } from './runs.ts';

beforeAll(loadProbePack);

const LONG = { FIRST_SECONDS: '300' };
/** No disk has as much room: it keeps the clocks, and starts nothing. */
const TAKES_NOTHING = { DISK_FREE_MIN_BYTES: String(2 ** 52) };

test('each of the three clocks ends its run, really, and names itself in the result', async () => {
  const runs = new Runs();
  await startWorker({ env: TAKES_NOTHING });
  const queue = await runs.ask({ action: 'work', terms: { queue_timeout_seconds: 1 } });
  await runs.untilAllEnded(10_000);
  await startWorker();
  const timeout = await runs.ask({ action: 'work', env: LONG, terms: { timeout_seconds: 1 } });
  const deadline = await runs.ask({ action: 'work', env: LONG, terms: { deadline_seconds: 3 } });
  // The deadline is for all of its attempts.
  const both = await runs.ask({
    action: 'repeatable',
    env: { FIRST_SECONDS: '0', FIRST_EXIT: '1', LATER_SECONDS: '300' },
    terms: { deadline_seconds: 4 },
  });
  await runs.untilAllEnded(20_000);
  expect(await runs.statuses()).toEqual(Array(4).fill('timeout'));
  const clockOf = async (id: number) => {
    const { end_reason, result } = await getExecution(ada, id);
    return [end_reason, result?.['clock']];
  };
  expect(await clockOf(queue)).toEqual(['queue_timeout', 'queue_timeout_seconds']);
  expect(await clockOf(timeout)).toEqual(['timeout', 'timeout_seconds']);
  expect(await clockOf(deadline)).toEqual(['deadline', 'deadline_seconds']);
  expect(await clockOf(both)).toEqual(['deadline', 'deadline_seconds']);
  expect(await attemptsOf(both)).toEqual(['failed', 'timeout']);
  const [attempt] = await listAttempts(ada, deadline);
  expect(attempt).toMatchObject({ status: 'timeout', end_reason: 'deadline', processes_left: 0 });
  expect(attempt?.signals.map(({ signal }) => signal)).toEqual(['SIGTERM']);
});
