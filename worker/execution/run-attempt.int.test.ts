import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction, sql } from '#server/db/sql.ts';
import { cancelExecution, getExecution, listAttempts } from '#server/executions/service.ts';
import { ada, ask, NOW } from '#test/executions.ts';
import { aRunningWorker, aScript, type TestWorker } from '#test/worker.ts';

const CAP_BYTES = 1024;
process.env['LOG_BYTES_MAX'] = String(CAP_BYTES);

let worker: TestWorker;
beforeAll(async () => {
  worker = await aRunningWorker();
});
afterAll(() => worker[Symbol.asyncDispose]());

const statusOf = async (id: number) => (await getExecution(ada, id)).status;

/** Waits until so many attempts of a run have had their process. */
const untilStarted = (id: number, times = 1) =>
  expect
    .poll(
      async () =>
        (await listAttempts(ada, id)).filter(({ process_started_at: at }) => at !== null).length,
      { timeout: 10_000 },
    )
    .toBe(times);

/** How many processes have this in their command line. */
const processesWith = (words: string): number =>
  readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${Number(pid)}/cmdline`, 'utf8').includes(words);
    } catch {
      return false; // gone, or none
    }
  }).length;

test('a run that is cancelled while it starts or runs ends as cancelled, and its worker lets go of it', async () => {
  const id = await ask({}, { action_ref: await aScript('sleep 30') });
  const running = worker.run(id);
  await expect.poll(() => worker.context.leases.heldIds).toHaveLength(1);
  await expect.poll(() => statusOf(id), { timeout: 5_000 }).toBe('running');
  await cancelExecution(ada, id, 'enough');
  await running;
  expect(worker.context.leases.heldIds).toEqual([]);
  expect(await getExecution(ada, id)).toMatchObject({ status: 'cancelled', end_reason: 'cancel' });
});

test('a run that is cancelled while it is prepared starts no process', async () => {
  const action_ref = await aScript('sleep 30');
  const [before, id] = [await ask({}, { action_ref }), await ask({}, { action_ref })];
  const told = worker.run(before, 1);
  await untilStarted(before);
  let running: Promise<unknown> = Promise.resolve();
  await inTransaction(async (tx) => {
    // Its preparation wants to read them.
    await tx.query('lock table key in access exclusive mode');
    running = worker.run(id);
    await expect.poll(() => worker.context.leases.heldIds).toHaveLength(2);
    await cancelExecution(ada, id, 'enough');
    // Who has heard of the later one has heard of this one.
    await cancelExecution(ada, before);
    await told;
  });
  await running;

  const execution = await getExecution(ada, id);
  expect(execution).toMatchObject({ status: 'cancelled', end_reason: 'cancel' });
  expect(execution.error).toMatch(/before its process was started: enough$/);
  expect(
    await sql.query(
      `select a.process_started_at, a.isolation, s.command from attempt a left join environment_snapshot s on s.attempt_id = a.id
       where a.execution_id = $1`,
      [id],
    ),
  ).toEqual([{ process_started_at: null, isolation: null, command: null }]);
});

test('a process whose snapshot the database refuses is ended before anybody forgets it', async () => {
  await sql.query(
    'alter table environment_snapshot add constraint refused check (attempt_id < 0) not valid',
  );
  try {
    const id = await ask({}, { action_ref: await aScript('sleep 31.4159') });
    await worker.run(id);
    expect(processesWith('31.4159')).toBe(0);
    expect(await getExecution(ada, id)).toMatchObject({
      status: 'failed',
      end_reason: 'not_started',
    });
  } finally {
    await sql.query('alter table environment_snapshot drop constraint refused');
  }
});

test('what was held back, since it could have become a secret, is stored when the run ends, up to the cap', async () => {
  const secret = Array.from({ length: 20 }, (_, n) => `part${n}`).join('-');
  const action_ref = await aScript(
    `printf '%01000d' 0; printf '%s' '${secret.slice(0, 60)}'`,
    'shell',
    { param_schema: { password: { type: 'string', secret: true } } },
  );
  const id = await ask({}, { action_ref, parameters: { password: secret } });
  await worker.run(id);

  const rows = await sql.query<{ content: Buffer }>(
    `select content from log_chunk where execution_id = $1 and stream = 'stdout' order by seq`,
    [id],
  );
  expect(Buffer.concat(rows.map(({ content }) => content)).toString()).toBe(
    `${'0'.repeat(1000)}${secret.slice(0, CAP_BYTES - 1000)}`,
  );
  expect(await listAttempts(ada, id)).toMatchObject([
    { stdout_bytes: 1060, truncated_bytes: 1060 - CAP_BYTES },
  ]);
});

test('a run whose process host died twice under it is quarantined', async () => {
  const action_ref = await aScript('sleep 30', 'shell', {
    idempotent: true,
    max_retries: 9,
    ...NOW,
  });
  const id = await ask({}, { action_ref });
  for (const [times, status] of [
    [1, 'scheduled'],
    [2, 'abandoned'],
  ] as const) {
    await using doomed = await aRunningWorker();
    const running = doomed.run(id);
    await untilStarted(id, times);
    process.kill(doomed.context.host.pid, 'SIGKILL');
    await running;
    expect(await statusOf(id)).toBe(status);
  }
  expect(await getExecution(ada, id)).toMatchObject({ end_reason: 'quarantined' });
});
