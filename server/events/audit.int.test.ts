import { expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { withRequestId } from '#server/http/request-context.ts';
import { userWho } from '#test/actors.ts';
import { aTrigger } from '#test/catalogue.ts';
import { createEvent } from './service.ts';

const ada = userWho('events:create');
const bert = { ...ada, identityId: 1_001, login: 'bert' };

interface Row {
  readonly actor_login: string;
  readonly resource_id: number | null;
  readonly request_id: string;
  readonly http_path: string;
  readonly count: number;
  readonly details: { events: number[]; requests: string[] } | null;
}

const recordsOf = (trigger: string) =>
  sql.query<Row>(
    `select actor_login, resource_id, request_id, http_path, count, details from audit_event
     where event_type = 'event.created' and resource_ref = $1 order by id`,
    [trigger],
  );

const emit = (actor: typeof ada, trigger_ref: string, requestId: string, more = {}) =>
  withRequestId(requestId, () => createEvent(actor, { trigger_ref, payload: {}, ...more }), {
    method: 'POST',
    route: '/api/v1/events',
  });

test('events that share a transaction are recorded for each caller, and every one of them is named with its request', async () => {
  const trigger = await aTrigger();
  const by = (n: number) => (n % 3 === 0 ? bert : ada);

  const events = await Promise.all(
    Array.from({ length: 60 }, (_, n) => emit(by(n), trigger, `request-${1_000 + n}`)),
  );

  const records = await recordsOf(trigger);
  expect(records.length).toBeLessThan(30);
  expect(new Set(records.map(({ http_path: path }) => path))).toEqual(new Set(['/api/v1/events']));
  const told = records.flatMap((row) =>
    (row.details?.events ?? [row.resource_id]).map((id, at) => [
      id,
      row.actor_login,
      row.details?.requests[at] ?? row.request_id,
    ]),
  );
  const made = events.map(({ id }, n) => [id, by(n).login, `request-${1_000 + n}`]);
  expect(told.toSorted(byId)).toEqual(made.toSorted(byId));
  expect(records.reduce((sum, { count }) => sum + count, 0)).toBe(60);
});

test('the same event a second time is no change, and no record', async () => {
  const trigger = await aTrigger();
  const first = await emit(ada, trigger, 'request-0001', { dedupe_key: 'k' });
  expect(await emit(ada, trigger, 'request-0002', { dedupe_key: 'k' })).toMatchObject({
    id: first.id,
  });
  expect(await recordsOf(trigger)).toMatchObject([
    { resource_id: first.id, request_id: 'request-0001', count: 1, details: null },
  ]);
});

const byId = ([a]: unknown[], [b]: unknown[]): number => Number(a) - Number(b);
