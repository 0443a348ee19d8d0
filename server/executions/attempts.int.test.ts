import { describe, expect, test } from 'vitest';
import { ATTEMPT_TRANSITIONS } from '#lib/domain/attempt-status.ts';
import { EXECUTION_TRANSITIONS } from '#lib/domain/execution-status.ts';
import {
  fenceToken,
  ProcessTokenRefused,
  signExecutionToken,
  verifyProcessToken,
} from '#server/auth/process-token.ts';
import { publishSigningKey } from '#server/auth/signing-key.ts';
import { inTransaction, sql } from '#server/db/sql.ts';
import { EXECUTION_QUEUE, type ExecutionJob, openQueue } from '#server/queue/queue.ts';
import { userWho } from '#test/actors.ts';
import { done, jobFor } from '#test/attempts.ts';
import { anAction, aWorker } from '#test/catalogue.ts';
import { ada, ask } from '#test/executions.ts';
import { claimAttempts, type ClaimedAttempt } from './claim.ts';
import { settleAttempt } from './settle.ts';
import { cancelExecution, createExecution, getExecution, listAttempts } from './service.ts';

async function claimed(id: number): Promise<{
  attempt: ClaimedAttempt;
  workerId: number;
  key: Awaited<ReturnType<typeof publishSigningKey>>;
}> {
  const workerId = await aWorker();
  const key = await publishSigningKey(sql, workerId);
  const [attempt] = await claimAttempts({ workerId, keyId: key.id }, [jobFor(id)]);
  if (attempt === undefined) throw new Error('nothing was claimed');
  return { attempt, workerId, key };
}

async function tokenOf({ attempt, key }: Awaited<ReturnType<typeof claimed>>): Promise<string> {
  return signExecutionToken(
    {
      jti: attempt.token.jti,
      executionId: attempt.execution_id,
      attempt: attempt.number,
      identityId: attempt.identity_id,
      actionRef: attempt.action_ref,
      packRef: attempt.pack_ref,
      scopes: attempt.token.scopes,
      issuedAt: new Date(attempt.token.issued_at),
      expiresAt: new Date(attempt.token.expires_at),
    },
    key,
  );
}

describe('claiming', () => {
  test('of eight workers that hear the same bell, exactly one gets the execution', async () => {
    const id = await ask();

    const claims = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const workerId = await aWorker();
        return claimAttempts({ workerId, keyId: 'k' }, [jobFor(id)]);
      }),
    );

    expect(claims.flat()).toMatchObject([{ execution_id: id, number: 1 }]);
    expect(await getExecution(ada, id)).toMatchObject({ status: 'running', attempt_count: 1 });
  });

  test('answers the job in the same transaction: the queue keeps nothing of it', async () => {
    const id = await ask();
    const queue = await openQueue({ maintain: false });
    const jobs = (await queue.fetch<ExecutionJob>(EXECUTION_QUEUE, { batchSize: 500 })).filter(
      ({ data }) => data.execution_id === id,
    );

    await claimAttempts({ workerId: await aWorker(), keyId: 'k' }, jobs);

    const states = await sql.query(`select state from pgboss.job where id = any ($1)`, [
      jobs.map(({ id: job }) => job),
    ]);
    expect(jobs).toHaveLength(1);
    expect(states).toEqual([{ state: 'completed' }]);
  });

  test('of a cancelled execution gets nothing', async () => {
    const id = await ask();
    expect(await cancelExecution(ada, id)).toMatchObject({
      status: 'cancelled',
      end_reason: 'cancel',
    });
    expect(await claimAttempts({ workerId: await aWorker(), keyId: 'k' }, [jobFor(id)])).toEqual(
      [],
    );
  });
});

describe('settling', () => {
  test('ends attempt, token and execution at the same instant', async () => {
    const claim = await claimed(await ask());
    const token = await tokenOf(claim);
    expect(await verifyProcessToken(token, null)).toMatchObject({
      kind: 'execution',
      executionId: claim.attempt.execution_id,
    });

    expect(await settleAttempt(claim.attempt, done)).toMatchObject({ status: 'completed' });

    await expect(verifyProcessToken(token, null)).rejects.toMatchObject({
      reason: 'execution_ended',
    });
    const [row] = await sql.query<{ together: boolean }>(
      `select t.ended_at = a.ended_at and a.ended_at = e.finished_at as together
       from token t join attempt a on a.id = t.attempt_id join execution e on e.id = a.execution_id where t.jti = $1`,
      [claim.attempt.token.jti],
    );
    expect(row?.together).toBe(true);
  });

  test('by a worker whose attempt it is not, or a second time, changes nothing', async () => {
    const claim = await claimed(await ask());

    const { attempt } = claim;
    expect(await settleAttempt({ ...attempt, worker_id: claim.workerId + 1 }, done)).toBeNull();
    expect(await settleAttempt({ ...attempt, epoch: attempt.epoch + 1 }, done)).toBeNull();
    expect(await settleAttempt(claim.attempt, done)).toMatchObject({ status: 'completed' });
    expect(
      await settleAttempt(claim.attempt, {
        ...done,
        attemptStatus: 'failed',
      }),
    ).toBeNull();
    expect(await getExecution(ada, claim.attempt.execution_id)).toMatchObject({
      status: 'completed',
    });
  });

  test('lets no write by the token commit after it, however many race', async () => {
    const claim = await claimed(await ask());
    const actor = await verifyProcessToken(await tokenOf(claim), null);
    let accepted = 0;
    const write = () =>
      inTransaction(async (tx) => {
        await fenceToken(tx, actor);
        await tx.query('insert into setting (name, value) values ($1, $2)', [
          crypto.randomUUID(),
          '{}',
        ]);
        // Commit order is what counts: the row's own clock, read after the fence, before the commit.
        const [row] = await tx.query<{ ended: boolean }>(
          'select ended_at is not null as ended from token where jti = $1',
          [claim.attempt.token.jti],
        );
        expect(row?.ended).toBe(false);
        accepted += 1;
      });

    const writes = Array.from({ length: 100 }, () =>
      write().then(
        () => true,
        (error: unknown) => error,
      ),
    );
    await settleAttempt(claim.attempt, done);
    const late = await Promise.all(
      Array.from({ length: 50 }, () =>
        write().then(
          () => true,
          (error: unknown) => error,
        ),
      ),
    );
    await Promise.all(writes);

    expect(late.every((outcome) => outcome instanceof ProcessTokenRefused)).toBe(true);
    const [row] = await sql.query<{ calls: number }>('select calls from token where jti = $1', [
      claim.attempt.token.jti,
    ]);
    expect(row?.calls).toBe(accepted);
  });
});

describe('cancelling', () => {
  test('only asks a running execution to stop, twice is fine, and its worker settles it', async () => {
    const claim = await claimed(await ask());
    const id = claim.attempt.execution_id;

    expect(await cancelExecution(ada, id, 'wrong table')).toMatchObject({
      status: 'canceling',
      cancel_reason: 'wrong table',
    });
    expect(await cancelExecution(ada, id)).toMatchObject({ status: 'canceling' });
    await settleAttempt(claim.attempt, {
      ...done,
      attemptStatus: 'cancelled',
    });

    expect(await getExecution(ada, id)).toMatchObject({ status: 'cancelled' });
    await expect(cancelExecution(ada, id)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('needs its permission, and says not found of an id that is nowhere', async () => {
    const id = await ask();
    await expect(cancelExecution(userWho('executions:read'), id)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(cancelExecution(ada, 999_999_999)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('asking for an execution', () => {
  test('with parameters or variables that do not fit names each of them and creates nothing', async () => {
    const action_ref = await anAction({
      param_schema: { url: { type: 'string', required: true }, n: { type: 'integer', maximum: 3 } },
    });
    const count = async () => (await sql.query('select 1 from execution')).length;
    const before = await count();

    await expect(
      createExecution(ada, { action_ref, parameters: { n: 9 }, env_vars: {} }),
    ).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: 'body.parameters.url' }, { path: 'body.parameters.n' }],
    });
    await expect(
      createExecution(ada, {
        action_ref,
        parameters: { url: 'x' },
        env_vars: { ld_preload: 'x', FINE: '1' },
      }),
    ).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: 'body.env_vars.ld_preload' }],
    });
    await expect(
      createExecution(ada, { action_ref: 'no.such', parameters: {}, env_vars: {} }),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await count()).toBe(before);
  });

  test('by a run makes that run the parent, whatever it asks for, and it sees nothing but itself', async () => {
    const claim = await claimed(await ask());
    const actor = await verifyProcessToken(await tokenOf(claim), null);
    const stranger = await ask();
    await sql.query('update token set identity_id = null where jti = $1', [
      claim.attempt.token.jti,
    ]);
    const free = await verifyProcessToken(await tokenOf(claim), null);

    const child = await createExecution(free, {
      action_ref: await anAction(),
      parameters: {},
      env_vars: {},
      parent: stranger,
    });

    expect(child.parent).toBe(claim.attempt.execution_id);
    await expect(getExecution(actor, stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await getExecution(actor, claim.attempt.execution_id)).toMatchObject({
      id: claim.attempt.execution_id,
    });
  });

  test('twice with one idempotency key is one execution', async () => {
    const body = { action_ref: await anAction(), parameters: {}, env_vars: {} };
    await sql.query(
      `insert into identity (id, login) values ($1, 'ada-idempotent') on conflict do nothing`,
      [ada.kind === 'identity' ? ada.identityId : 0],
    );
    const first = await createExecution(ada, body, 'key-1');
    expect(await createExecution(ada, body, 'key-1')).toMatchObject({ id: first.id });
  });
});

describe('the state machines', () => {
  test.each([
    ['execution', EXECUTION_TRANSITIONS],
    ['attempt', ATTEMPT_TRANSITIONS],
  ])('of the %s are the same in the database as in lib/domain', async (name, table) => {
    const rows = await sql.query<{ from_status: string; to_status: string }>(
      `select from_status, to_status from ${name}_transition`,
    );
    const expected = Object.entries(table).flatMap(([from, tos]) =>
      tos.map((to: string) => `${from} ${to}`),
    );
    expect(
      rows
        .map(({ from_status: from, to_status: to }) => `${from} ${to}`)
        .toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(expected.toSorted((a, b) => a.localeCompare(b)));
  });

  test('let nothing move out of an end, whoever asks', async () => {
    const claim = await claimed(await ask());
    await settleAttempt(claim.attempt, done);

    await expect(
      sql.query(`update execution set status = 'running' where id = $1`, [
        claim.attempt.execution_id,
      ]),
    ).rejects.toMatchObject({
      code: '23514',
    });
    await expect(
      sql.query(`update attempt set status = 'running' where id = $1`, [claim.attempt.id]),
    ).rejects.toMatchObject({ code: '23514' });
    expect(await listAttempts(ada, claim.attempt.execution_id)).toMatchObject([
      { status: 'completed', number: 1 },
    ]);
  });
});
