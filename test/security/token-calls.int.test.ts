import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TokenStatus } from '#lib/contracts/tokens.ts';
import { sql } from '#server/db/sql.ts';
import { settleAttempt } from '#server/executions/settle.ts';
import { flushCalls } from '#server/http/token-calls.ts';
import { mintAccessToken } from '#server/auth/access-token.ts';
import { done } from '#test/attempts.ts';
import { anAction } from '#test/catalogue.ts';
import { anIdentity, grant } from '#test/identities.ts';
import { aRunningAttempt, aRunningSensor, type RunningAttempt } from './process-tokens.ts';
import { callRoute, operationCalled } from './routes.ts';

let run: RunningAttempt;
beforeEach(async () => {
  run = await aRunningAttempt();
});
afterEach(flushCalls);

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** By the routes themselves, one after the other. @returns the status */
async function call(token: string, operation: string, given: Parameters<typeof callRoute>[2] = {}) {
  return (await callRoute(operationCalled(operation), bearer(token), given)).status;
}

const createChild = async (): Promise<number> =>
  call(run.token, 'createExecution', { body: JSON.stringify({ action_ref: await anAction() }) });
const readSelf = (): Promise<number> =>
  call(run.token, 'getExecution', { params: { id: String(run.attempt.execution_id) } });

/** As a person is shown it. */
async function statusOf(operation: string, id: string): Promise<TokenStatus> {
  await flushCalls();
  const login = crypto.randomUUID();
  const reader = await anIdentity({
    login,
    grants: [grant('executions', ['read']), grant('sensors', ['read'])],
  });
  const token = await mintAccessToken({ id: reader, login, session_epoch: 0 });
  const params = { id, ref: id };
  const response = await callRoute(operationCalled(operation), bearer(token), { params });
  expect(response.status).toBe(200);
  return ((await response.json()) as { data: TokenStatus }).data;
}

const ofRun = () => statusOf('getExecutionToken', String(run.attempt.execution_id));

/** What is kept of each call, its time aside. */
const told = ({ recent_calls: calls }: TokenStatus) =>
  calls.map(({ method, route, status, reason, after_end }) => [
    `${method} ${route}`,
    status,
    reason,
    after_end,
  ]);

describe('the record of a token', () => {
  test('has every call with its route, status, reason and time, made or refused', async () => {
    const before = Date.now();
    expect([
      await readSelf(),
      await call(run.token, 'getExecution', { params: { id: '999999' } }),
      await call(run.token, 'listRules'),
      await createChild(),
    ]).toEqual([200, 404, 403, 201]);

    const status = await ofRun();
    expect(told(status)).toEqual([
      ['GET /api/v1/executions/{id}', 200, null, false],
      ['GET /api/v1/executions/{id}', 404, 'NOT_FOUND', false],
      ['GET /api/v1/rules', 403, expect.any(String), false],
      ['POST /api/v1/executions', 201, null, false],
    ]);
    expect(status).toMatchObject({ state: 'active', calls: 4, refused: 2, replayed: 0 });
    expect(status.scopes.filter(({ used }) => used).map(({ scope }) => scope)).toEqual([
      'execution:read:self',
      'execution:create:child',
    ]);
    for (const { at } of status.recent_calls) {
      expect(Date.parse(at)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(at)).toBeLessThanOrEqual(Date.now());
    }
  });

  test('keeps calls that come after the end apart, and says why each was refused', async () => {
    await readSelf();
    await settleAttempt(run.attempt, done);
    expect([await readSelf(), await createChild()]).toEqual([401, 401]);

    const status = await ofRun();
    expect(told(status)).toEqual([
      ['GET /api/v1/executions/{id}', 200, null, false],
      ['GET /api/v1/executions/{id}', 401, 'execution_ended', true],
      ['POST /api/v1/executions', 401, 'execution_ended', true],
    ]);
    expect(status).toMatchObject({
      state: 'ended',
      end_reason: 'completed',
      ms_after_run: 0,
      calls: 1,
      replayed: 2,
    });
    const children = await sql.query('select 1 from execution where parent_id = $1', [
      run.attempt.execution_id,
    ]);
    expect(children).toEqual([]);
  });

  test('still shows what the run did, however often somebody replays its token afterwards', async () => {
    await readSelf();
    await settleAttempt(run.attempt, done);
    for (let i = 0; i < 250; i++) await readSelf();

    const status = await ofRun();
    expect(status.replayed).toBe(250);
    expect(status.recent_calls.filter(({ after_end: late }) => !late)).toMatchObject([
      { route: '/api/v1/executions/{id}', status: 200 },
    ]);
    expect(status.recent_calls.filter(({ after_end: late }) => late)).toHaveLength(200);
  });

  test('has the calls of a sensor too', async () => {
    const { token, sensor } = await aRunningSensor();
    const event = (trigger_ref: string) =>
      call(token, 'createEvent', { body: JSON.stringify({ trigger_ref, payload: {} }) });
    expect([await event(sensor.trigger), await event('core.timer')]).toEqual([201, 403]);

    const status = await statusOf('getSensorToken', sensor.ref);
    expect(told(status)).toEqual([
      ['POST /api/v1/events', 201, null, false],
      ['POST /api/v1/events', 403, expect.any(String), false],
    ]);
    expect(status).toMatchObject({ kind: 'sensor', state: 'active', calls: 2, refused: 1 });
  });
});
