import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { checkInvariants } from '#server/invariants/check-invariants.ts';
import { inSnapshot } from '#server/invariants/in-snapshot.ts';
import { revokeToken } from '#server/executions/revoke-token.ts';
import { cancelExecution, getExecution, listAttempts } from '#server/executions/service.ts';
import { getTokenStatus } from '#server/tokens/service.ts';
import { userWho } from '#test/actors.ts';
import { ada, ask } from '#test/executions.ts';
import { aRunningAttempt } from '#test/security/process-tokens.ts';
import { callRoute, operationCalled } from '#test/security/routes.ts';
import { aRunningWorker, aScript, type TestWorker } from '#test/worker.ts';

let worker: TestWorker;
beforeAll(async () => {
  worker = await aRunningWorker();
});
afterAll(() => worker[Symbol.asyncDispose]());

const expectInvariants = async () => expect(await inSnapshot(checkInvariants)).toEqual([]);

describe('revoking the token of a run', () => {
  test('ends the run as well, and every layer says why', async () => {
    const id = await ask({ max_retries: 3 }, { action_ref: await aScript('sleep 30') });
    const running = worker.run(id);
    await expect
      .poll(async () => (await listAttempts(ada, id))[0]?.process_started_at ?? null, {
        timeout: 10_000,
      })
      .not.toBeNull();

    await revokeToken(ada, id, 'it was printed in a log');
    await running;

    expect(await getExecution(ada, id)).toMatchObject({
      status: 'cancelled',
      end_reason: 'token_revoked',
      error: 'Its token was revoked by ada: it was printed in a log',
      cancel_reason: 'it was printed in a log',
    });
    expect(await listAttempts(ada, id)).toMatchObject([
      { status: 'cancelled', end_reason: 'token_revoked' },
    ]);
    expect(await getTokenStatus(ada, id)).toMatchObject({ state: 'ended', end_reason: 'revoked' });
    await expectInvariants();
  });

  test('refuses every call from that commit on, and is a state that the database may be in', async () => {
    const { token, attempt } = await aRunningAttempt();
    const read = operationCalled('listExecutions');
    const call = () => callRoute(read, { authorization: `Bearer ${token}` });
    expect((await call()).status).toBe(200);

    await revokeToken(ada, attempt.execution_id);

    const refused = await call();
    expect([refused.status, await refused.json()]).toMatchObject([
      401,
      { details: { reason: 'revoked' } },
    ]);
    expect(await getExecution(ada, attempt.execution_id)).toMatchObject({ status: 'canceling' });
    await expectInvariants();
  });

  test('is written down once, with its reason, and never the token', async () => {
    const { token, jti, attempt } = await aRunningAttempt();
    await Promise.allSettled(
      Array.from({ length: 4 }, () => revokeToken(ada, attempt.execution_id, 'leaked')),
    );
    const rows = await sql.query<{ details: object }>(
      `select details from audit_event where event_type = 'token.revoked' and resource_id = $1`,
      [attempt.execution_id],
    );
    expect(rows).toMatchObject([{ details: { reason: 'leaked', jti, attempt: 1 } }]);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test('of a run that is being cancelled ends its token all the same', async () => {
    const { attempt } = await aRunningAttempt();
    await cancelExecution(ada, attempt.execution_id);
    await revokeToken(ada, attempt.execution_id);
    expect(await getTokenStatus(ada, attempt.execution_id)).toMatchObject({
      end_reason: 'revoked',
    });
  });

  test('needs a live token and the permission to cancel', async () => {
    const waiting = await ask();
    await expect(revokeToken(ada, waiting)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(revokeToken(ada, 999_999)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(revokeToken(userWho('executions:read'), waiting)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
