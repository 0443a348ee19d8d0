import { expect, test } from 'vitest';
import { settleAttempt } from '#server/executions/settle.ts';
import { flushCalls } from '#server/http/token-calls.ts';
import { getTokenStatus } from '#server/tokens/service.ts';
import { userWho } from '#test/actors.ts';
import { done } from '#test/attempts.ts';
import { aRunningAttempt } from './process-tokens.ts';
import { sceneryOf, write } from './process-writes.ts';
import { callRoute, operationCalled } from './routes.ts';

const reader = userWho('executions:read');

test('each call is kept with its route, status and time, and one after the end apart from the others', async () => {
  const run = await aRunningAttempt();
  const scenery = await sceneryOf(run);
  const headers = { authorization: `Bearer ${run.token}` };
  const get = (operation: string, id: string) =>
    callRoute(operationCalled(operation), headers, { params: { id, ref: id } });
  const id = String(run.attempt.execution_id);
  const from = Date.now();

  expect((await get('getExecution', id)).status).toBe(200);
  expect((await get('getExecution', '999999999')).status).toBe(404);
  expect((await write('createEvent', { ...scenery, token: run.token }, 'calls-0001')).status).toBe(
    201,
  );
  expect((await get('listAuditEvents', id)).status).toBe(403);
  await settleAttempt(run.attempt, done);
  expect((await get('getExecution', id)).status).toBe(401);
  expect((await write('createEvent', { ...scenery, token: run.token }, 'calls-0002')).status).toBe(
    401,
  );
  await flushCalls();

  const token = await getTokenStatus(reader, run.attempt.execution_id);
  const calls = token?.recent_calls.toReversed() ?? [];
  const read = { method: 'GET', route: '/api/v1/executions/{id}' };
  const event = { method: 'POST', route: '/api/v1/events' };
  const late = { status: 401, reason: 'execution_ended', after_end: true };
  expect(calls).toMatchObject([
    { ...read, status: 200, reason: null, after_end: false },
    { ...read, status: 404, reason: 'NOT_FOUND', after_end: false },
    { ...event, status: 201, reason: null, after_end: false },
    {
      method: 'GET',
      route: '/api/v1/audit-events',
      status: 403,
      reason: 'FORBIDDEN',
      after_end: false,
    },
    { ...read, ...late },
    { ...event, ...late },
  ]);
  for (const { at } of calls) {
    expect(Date.parse(at)).toBeGreaterThanOrEqual(from);
    expect(Date.parse(at)).toBeLessThanOrEqual(Date.now());
  }
  expect(token).toMatchObject({ calls: 4, refused: 4, replayed: 2, ms_after_run: 0 });
});
