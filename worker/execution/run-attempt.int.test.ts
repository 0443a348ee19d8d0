import { afterAll, beforeAll, expect, test } from 'vitest';
import { cancelExecution, getExecution } from '#server/executions/service.ts';
import { ada, ask } from '#test/executions.ts';
import { aRunningWorker, aScript, type TestWorker } from '#test/worker.ts';

let worker: TestWorker;
beforeAll(async () => {
  worker = await aRunningWorker();
});
afterAll(() => worker[Symbol.asyncDispose]());

test('a run that is cancelled while it starts or runs ends as cancelled, and its worker lets go of it', async () => {
  const id = await ask({}, { action_ref: await aScript('sleep 30') });
  const running = worker.run(id);
  await expect.poll(() => worker.context.leases.heldIds).toHaveLength(1);
  await expect
    .poll(async () => (await getExecution(ada, id)).status, { timeout: 5_000 })
    .toBe('running');
  await cancelExecution(ada, id, 'enough');
  await running;
  expect(worker.context.leases.heldIds).toEqual([]);
  expect(await getExecution(ada, id)).toMatchObject({ status: 'cancelled', end_reason: 'cancel' });
});
