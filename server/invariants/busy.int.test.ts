import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { createEvent } from '#server/events/service.ts';
import { claimAttempts } from '#server/executions/claim.ts';
import { appendLog } from '#server/executions/log-repository.ts';
import { cancelExecution } from '#server/executions/service.ts';
import { settleAttempt } from '#server/executions/settle.ts';
import { sweep } from '#server/executions/sweep.ts';
import { type ExecutionJob, EXECUTION_QUEUE, openQueue } from '#server/queue/queue.ts';
import { userWho } from '#test/actors.ts';
import { done, failed } from '#test/attempts.ts';
import { anAction, aRule, aTrigger, aWorker } from '#test/catalogue.ts';
import { ada, ask, NOW } from '#test/executions.ts';
import { checkInvariants } from './check-invariants.ts';
import { inSnapshot } from './in-snapshot.ts';

const LOOKS = 40;

test('a platform on which events, claims, retries, cancels and lost workers race shows no violation at any instant', async () => {
  const trigger = await aTrigger();
  const limit = { limit: 2, key: null, on_limit: 'enqueue' };
  const actions = await Promise.all([
    anAction({ columns: { max_retries: 2, idempotent: true, ...NOW } }),
    anAction({ columns: { concurrency: limit } }),
    anAction(),
  ]);
  for (const action of actions) await aRule({ trigger, action });
  const emitter = userWho('events:create');
  const stop = new AbortController();
  const until = async (work: () => Promise<unknown>) => {
    while (!stop.signal.aborted) await work();
  };
  const live = new Set<number>();
  const claimer = async () => {
    const workerId = await aWorker();
    const queue = await openQueue({ maintain: false });
    return until(async () => {
      const jobs = await queue.fetch<ExecutionJob>(EXECUTION_QUEUE, { batchSize: 4 });
      const attempts = await claimAttempts({ workerId, keyId: 'k' }, jobs);
      await Promise.all(
        attempts.map(async (attempt) => {
          live.add(attempt.execution_id);
          const chunk = { seq: attempt.last_seq + 1, stream: 'stdout', at: new Date() } as const;
          await appendLog(attempt, [{ ...chunk, content: Buffer.from('x') }]);
          const fate = randomInt(4);
          if (fate === 0) await lose(attempt.id);
          else await settleAttempt(attempt, fate === 1 ? failed : done);
        }),
      );
    });
  };
  const canceller = () =>
    until(async () => {
      const [id] = [...live];
      if (id === undefined) return sweep();
      live.delete(id);
      return cancelExecution(ada, id).catch(() => undefined); // it has ended
    });

  const work = Promise.all([
    claimer(),
    claimer(),
    claimer(),
    canceller(),
    until(() => createEvent(emitter, { trigger_ref: trigger, payload: {} })),
    until(() => ask({}, { action_ref: actions[1] ?? '' }).then((id) => live.add(id))),
    until(sweep),
  ]);
  try {
    for (let look = 0; look < LOOKS; look++) expect(await inSnapshot(checkInvariants)).toEqual([]);
  } finally {
    stop.abort();
    await work;
  }
  const [seen] = await sql.query<{ statuses: number; attempts: number }>(
    `select (select count(distinct status) from execution) as statuses, (select count(*) from attempt) as attempts`,
  );
  expect(seen?.statuses).toBeGreaterThan(5);
  expect(seen?.attempts).toBeGreaterThan(50);
});

/** As if its worker had died: the lease and the grace are over. */
const lose = (attemptId: number) =>
  sql.query(`update attempt set lease_expires_at = now() - interval '12 s' where id = $1`, [
    attemptId,
  ]);
