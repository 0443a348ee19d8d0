import { beforeAll, describe, expect, test } from 'vitest';
import { getExecution } from '#server/executions/service.ts';
import { ada } from '#test/executions.ts';
import { isDeep } from './depth.ts';
import { startWorker, loadProbePack } from './product.ts';
import { attemptsOf, outputOf, Runs } from './runs.ts';

beforeAll(loadProbePack);

describe('SIGTERM to a worker', () => {
  test('lets runs finish, takes nothing new, and then hands over or abandons what is left', async () => {
    const runs = new Runs();
    const worker = await startWorker({ env: { DRAIN_SECONDS: '3' } });
    const short = await runs.ask({ action: 'work', env: { FIRST_SECONDS: '2' } });
    const long = await runs.ask({ action: 'work', env: { FIRST_SECONDS: '300' } });
    const again = await runs.ask({ action: 'repeatable', env: { FIRST_SECONDS: '300' } });
    const stubborn = await runs.ask({ action: 'stubborn' });
    const FAILS = { FIRST_SECONDS: '2', FIRST_EXIT: '3' };
    const failing = await runs.ask({ action: 'work', env: FAILS });
    const luckier = await runs.ask({ action: 'repeatable', env: FAILS });
    await runs.untilWorking(6);

    worker.kill('SIGTERM');
    const late = await runs.ask({ action: 'work', env: { FIRST_SECONDS: '0' } });

    expect(await worker.ended).toEqual({ code: 0, signal: null });
    expect(runs.processes()).toEqual([]);
    expect(await runs.statuses()).toEqual([
      'completed',
      'abandoned',
      'scheduled',
      'abandoned',
      'failed',
      'scheduled',
      'requested',
    ]);
    expect(await getExecution(ada, failing)).toMatchObject({ end_reason: 'exit', exit_code: 3 });
    for (const id of [long, stubborn]) {
      const execution = await getExecution(ada, id);
      expect(execution).toMatchObject({ end_reason: 'worker_stopped' });
      expect(execution.error).toBe('The worker was stopped before the run had ended');
    }
    await startWorker();
    await runs.untilAllEnded(10_000);
    expect(await attemptsOf(short)).toEqual(['completed']);
    expect(await attemptsOf(again)).toEqual(['lost', 'completed']);
    expect(await attemptsOf(late)).toEqual(['completed']);
    expect(await attemptsOf(failing)).toEqual(['failed']);
    expect(await attemptsOf(luckier)).toEqual(['failed', 'completed']);
    expect(await outputOf(failing)).toBe('start 1\nend 1\n');
  });

  test.runIf(isDeep)('gives runs 30 s with the settings that everybody has', async () => {
    const runs = new Runs();
    const worker = await startWorker({ env: { DRAIN_SECONDS: '30', KILL_GRACE_SECONDS: '10' } });
    await runs.ask({ action: 'work', env: { FIRST_SECONDS: '27' } });
    await runs.ask({ action: 'work', env: { FIRST_SECONDS: '300' } });
    await runs.ask({ action: 'stubborn' });
    await runs.untilWorking(3);

    const from = performance.now();
    worker.kill('SIGTERM');
    expect(await worker.ended).toEqual({ code: 0, signal: null });

    const seconds = (performance.now() - from) / 1_000;
    expect(seconds).toBeGreaterThan(39.5);
    expect(seconds).toBeLessThan(48);
    expect(await runs.statuses()).toEqual(['completed', 'abandoned', 'abandoned']);
    await runs.untilAllEnded(1_000);
  });

  test('a second time does not wait for runs', async () => {
    const runs = new Runs();
    const worker = await startWorker({ env: { DRAIN_SECONDS: '300' } });
    await runs.ask({ action: 'work', env: { FIRST_SECONDS: '300' } });
    await runs.ask({ action: 'stubborn' });
    await runs.untilWorking(2);

    worker.kill('SIGTERM');
    await expect.poll(() => worker.said.join('\n')).toContain('"msg":"stopping"');
    worker.kill('SIGTERM');

    await runs.untilGone(8_000);
    expect(await worker.ended).toEqual({ code: 0, signal: null });
    await runs.untilAllEnded(1_000);
    expect(await runs.statuses()).toEqual(['abandoned', 'abandoned']);
  });
});
