import { describe, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { claimAs, claimOne, done, failed } from '#test/attempts.ts';
import { aWorker } from '#test/catalogue.ts';
import { ada, ask, bells, loseWorkerOf, NOW } from '#test/executions.ts';
import { recordSnapshot } from './attempt-progress.ts';
import { settleLost, settleOverdue, settleUnknown } from './lost.ts';
import { cancelExecution, getExecution, listAttempts } from './service.ts';
import { settleAttempt } from './settle.ts';
import { sweep } from './sweep.ts';

const LEASE = { leaseSeconds: 15, graceSeconds: 10 };

describe('a failed attempt', () => {
  test('is followed by another one, with its own token and its own row, while retries are left', async () => {
    const id = await ask({ max_retries: 1, ...NOW });
    const first = await claimOne(id);

    expect(await settleAttempt(first, failed)).toMatchObject({ id, status: 'scheduled' });
    expect(await getExecution(ada, id)).toMatchObject({
      status: 'scheduled',
      end_reason: null,
      result: {},
    });
    const second = await claimOne(id);
    expect(second).toMatchObject({ number: 2 });
    expect(second.token.jti).not.toBe(first.token.jti);
    await settleAttempt(second, failed);

    expect(await getExecution(ada, id)).toMatchObject({
      status: 'failed',
      end_reason: 'exit',
      attempt_count: 2,
    });
    expect(await listAttempts(ada, id)).toMatchObject([
      { number: 1, status: 'failed', exit_code: 1 },
      { number: 2, status: 'failed', exit_code: 1 },
    ]);
  });

  test('waits as its policy says: nobody can claim it earlier, and its bell rings then', async () => {
    const id = await ask({
      max_retries: 3,
      retry: { backoff: 'constant', delay_seconds: 60, jitter: 0, max_delay_seconds: null },
    });
    const ended = await settleAttempt(await claimOne(id), failed);

    const waitMs = (ended?.run_after?.getTime() ?? 0) - Date.now();
    expect(waitMs).toBeGreaterThan(55_000);
    expect(waitMs).toBeLessThan(61_000);
    expect(await claimAs(await aWorker(), id)).toEqual([]);
    const afterMs = (await bells(id)).at(-1)?.start_after.getTime() ?? 0;
    expect(afterMs - (ended?.run_after?.getTime() ?? 0)).toBe(1);
  });

  test('is the last one when somebody has asked for the end, or when its deadline comes first', async () => {
    const cancelled = await ask({ max_retries: 5, ...NOW });
    const attempt = await claimOne(cancelled);
    await cancelExecution(ada, cancelled);
    expect(await settleAttempt(attempt, failed)).toMatchObject({ status: 'failed' });

    const late = await ask(
      {
        max_retries: 5,
        retry: { backoff: 'constant', delay_seconds: 60, jitter: 0, max_delay_seconds: null },
      },
      { deadline_seconds: 30 },
    );
    expect(await settleAttempt(await claimOne(late), failed)).toMatchObject({ status: 'failed' });
  });

  test('can be cancelled while it waits, and then no bell starts it again', async () => {
    const id = await ask({ max_retries: 5, ...NOW });
    await settleAttempt(await claimOne(id), failed);
    expect(await cancelExecution(ada, id, 'enough')).toMatchObject({
      status: 'cancelled',
      end_reason: 'cancel',
    });
    expect(await claimAs(await aWorker(), id, id)).toEqual([]);
    await sweep();
    expect(await getExecution(ada, id)).toMatchObject({ status: 'cancelled', attempt_count: 1 });
  });
});

describe('a lost worker', () => {
  test('leaves its execution abandoned, saying who was lost, where and when', async () => {
    const id = await ask({ max_retries: 5 });
    await loseWorkerOf((await claimOne(id)).id);

    expect(await settleLost(LEASE)).toMatchObject([{ id, status: 'abandoned' }]);

    const execution = await getExecution(ada, id);
    expect(execution).toMatchObject({ status: 'abandoned', end_reason: 'worker_lost' });
    expect(execution.error).toMatch(
      /^The worker .+ on .+ was lost: its last sign of life was at \d{4}-/,
    );
    expect(await listAttempts(ada, id)).toMatchObject([{ status: 'lost', kill_unproven: true }]);
  });

  test('gives an idempotent action another attempt, and the old one can write nothing any more', async () => {
    const id = await ask({ max_retries: 1, idempotent: true, ...NOW });
    const first = await claimOne(id);
    await loseWorkerOf(first.id);
    expect(await settleLost(LEASE)).toMatchObject([{ id, status: 'scheduled' }]);

    const second = await claimOne(id);
    expect(await settleAttempt(first, done)).toBeNull();
    expect(await settleAttempt(second, done)).toMatchObject({ status: 'completed' });
    expect(await listAttempts(ada, id)).toMatchObject([
      { status: 'lost' },
      { status: 'completed' },
    ]);
  });

  test('that was the second to die under it leaves it quarantined, and the rest goes on', async () => {
    const id = await ask({ max_retries: 9, idempotent: true, ...NOW });
    const other = await ask();
    await loseWorkerOf((await claimOne(id)).id);
    await settleLost(LEASE);
    await loseWorkerOf((await claimOne(id)).id);
    await settleLost(LEASE);

    expect(await getExecution(ada, id)).toMatchObject({
      status: 'abandoned',
      end_reason: 'quarantined',
    });
    expect(await settleAttempt(await claimOne(other), done)).toMatchObject({ status: 'completed' });
  });

  test('is not declared while its lease and the grace last', async () => {
    const id = await ask();
    const attempt = await claimOne(id);
    await sql.query(`update attempt set lease_expires_at = now() - interval '9 s' where id = $1`, [
      attempt.id,
    ]);
    expect(await settleLost(LEASE)).toEqual([]);
    expect(await settleAttempt(attempt, done)).toMatchObject({ status: 'completed' });
  });

  test('or one that lets a run go on far beyond its time-out loses it', async () => {
    const id = await ask({ timeout_seconds: 1 });
    const attempt = await claimOne(id);
    await sql.query(`update attempt set claimed_at = now() - interval '10 minutes' where id = $1`, [
      attempt.id,
    ]);
    expect(await settleOverdue(15, 10)).toMatchObject([{ id, status: 'timeout' }]);
    expect(await settleAttempt(attempt, done)).toBeNull();
    expect(await getExecution(ada, id)).toMatchObject({ end_reason: 'overdue' });
  });

  test('that never heard of its own claim gives it back: nothing was started', async () => {
    const id = await ask();
    const attempt = await claimOne(id);
    await sql.query(`update attempt set claimed_at = now() - interval '6 s' where id = $1`, [
      attempt.id,
    ]);

    expect(await settleUnknown(attempt.worker_id, [attempt.id], 5_000)).toEqual([]);
    expect(await settleUnknown(attempt.worker_id, [], 7_000)).toEqual([]);
    expect(await settleUnknown(attempt.worker_id, [], 5_000)).toMatchObject([
      { id, status: 'scheduled' },
    ]);
    const other = await aWorker();
    await expect.poll(() => claimAs(other, id), { timeout: 5_000 }).toMatchObject([{ number: 2 }]);
  });
  test('that has forgotten an attempt whose process may have started leaves it to its lease', async () => {
    const attempt = await claimOne(await ask());
    await recordSnapshot(attempt, {
      variables: [],
      refused: [],
      command: ['/bin/true'],
      cwd: '/',
      userName: 'nobody',
      isolation: {},
      limits: {},
      runtime: 'shell',
      runtimeVersion: null,
      packVersion: null,
      packDigest: null,
    });
    await sql.query(`update attempt set claimed_at = now() - interval '6 s' where id = $1`, [
      attempt.id,
    ]);

    expect(await settleUnknown(attempt.worker_id, [], 5_000)).toEqual([]);
    await loseWorkerOf(attempt.id);
    expect(await settleLost(LEASE)).toMatchObject([{ status: 'abandoned' }]);
  });

  test('takes its attempts along one by one when the database refuses to end one of them', async () => {
    const attempts = await Promise.all(
      [1, 2, 3].map(async () => {
        const attempt = await claimOne(await ask());
        await loseWorkerOf(attempt.id);
        return attempt;
      }),
    );
    const [bad, ...good] = attempts;
    await sql.query(
      `alter table attempt add constraint refused check (id <> ${bad?.id} or status = 'running')`,
    );
    try {
      const ended = await settleLost(LEASE);
      expect(new Set(ended.map(({ id }) => id))).toEqual(
        new Set(good.map((attempt) => attempt.execution_id)),
      );
    } finally {
      await sql.query('alter table attempt drop constraint refused');
    }
    expect(await settleLost(LEASE)).toMatchObject([{ id: bad?.execution_id }]);
  });
});
