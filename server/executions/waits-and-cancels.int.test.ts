import { describe, expect, test } from 'vitest';
import type { AppError } from '#lib/errors.ts';
import { sql } from '#server/db/sql.ts';
import { claimAs, claimOne, failed } from '#test/attempts.ts';
import { userWho } from '#test/actors.ts';
import { anAction, aWorker } from '#test/catalogue.ts';
import { type ActionColumns, ada, ask, NOW } from '#test/executions.ts';
import { endLateWaits } from './clocks.ts';
import { cancelExecution, createExecution, getExecution } from './service.ts';
import { settleAttempt } from './settle.ts';

describe('a wait', () => {
  test('for a worker ends after queue_timeout_seconds, and says so', async () => {
    const id = await ask({}, { queue_timeout_seconds: 30 });
    await sql.query(
      `update execution set queue_deadline_at = now() - interval '1 s' where id = $1`,
      [id],
    );
    expect(await claimAs(await aWorker(), id)).toEqual([]);
    await endLateWaits();
    expect(await getExecution(ada, id)).toMatchObject({
      status: 'timeout',
      end_reason: 'queue_timeout',
      result: { timed_out: true, clock: 'queue_timeout_seconds' },
      error: 'Waited longer than 30 s for a worker (queue_timeout_seconds)',
    });
  });

  test('begins anew with every try', async () => {
    const id = await ask({ max_retries: 1, ...NOW }, { queue_timeout_seconds: 30 });
    await settleAttempt(await claimOne(id), failed);
    const { queue_deadline_at: until } = await getExecution(ada, id);
    expect(Date.parse(until ?? '') - Date.now()).toBeGreaterThan(25_000);
  });

  test('ends when the deadline of the whole execution passes, and a run is told what is left of it', async () => {
    const waiting = await ask({}, { deadline_seconds: 60 });
    await sql.query(`update execution set deadline_at = now() - interval '1 s' where id = $1`, [
      waiting,
    ]);
    await endLateWaits();
    expect(await getExecution(ada, waiting)).toMatchObject({
      status: 'timeout',
      end_reason: 'deadline',
      result: { clock: 'deadline_seconds' },
    });

    const { deadline_in_ms: left } = await claimOne(await ask({}, { deadline_seconds: 60 }));
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThanOrEqual(60_000);
  });
});

describe('a cancel of a parent', () => {
  const family = async (columns: ActionColumns) => {
    const parent = await ask(columns);
    await claimOne(parent);
    const running = await ask({}, { parent });
    await claimOne(running);
    const grandchild = await ask({}, { parent: running });
    const waiting = await ask({}, { parent });
    return { parent, running, grandchild, waiting };
  };
  const statusOf = async (id: number) => (await getExecution(ada, id)).status;

  test('lets running children finish, and cancels those that wait', async () => {
    const { parent, running, grandchild, waiting } = await family({});
    await cancelExecution(ada, parent);
    expect(await Promise.all([parent, running, grandchild, waiting].map(statusOf))).toEqual([
      'canceling',
      'running',
      'requested',
      'cancelled',
    ]);
  });

  test('with cancel_running takes every descendant along', async () => {
    const { parent, running, grandchild, waiting } = await family({
      cancellation_policy: 'cancel_running',
    });
    await cancelExecution(ada, parent, 'wrong host');
    expect(await Promise.all([parent, running, grandchild, waiting].map(statusOf))).toEqual([
      'canceling',
      'canceling',
      'cancelled',
      'cancelled',
    ]);
    expect(await getExecution(ada, grandchild)).toMatchObject({ cancel_reason: 'wrong host' });
  });

  test('lets nothing new come from it, however the two race', async () => {
    for (let round = 0; round < 20; round++) {
      const parent = await ask({ cancellation_policy: 'cancel_running' });
      await claimOne(parent);
      const action_ref = await anAction();
      const [, child] = await Promise.allSettled([
        cancelExecution(ada, parent),
        createExecution(ada, { action_ref, parameters: {}, env_vars: {}, parent }),
      ]);
      const came =
        child.status === 'fulfilled'
          ? await statusOf(child.value.id)
          : (child.reason as AppError).code;
      expect(['cancelled', 'CONFLICT']).toContain(came);
    }
  });
});

describe('a run', () => {
  test('is given no permission set that is not there, or that allows more than who asks for it may', async () => {
    const manager = userWho('actions:execute', 'permissions:manage');
    await sql.query(
      `insert into permission_set (ref, grants) values ('run.boss', '[{"resource":"identities","actions":["delete"]}]')`,
    );
    const action_ref = await anAction();
    const withSet = (ref: string) =>
      createExecution(manager, {
        action_ref,
        parameters: {},
        env_vars: {},
        permission_set_refs: [ref],
      });
    await expect(withSet('run.boss')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(withSet('run.nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
