import { afterEach, expect, test, vi } from 'vitest';
import { AppError } from '#lib/errors.ts';
import { config } from '#server/config.ts';
import { sql } from '#server/db/sql.ts';
import { userWho } from '#test/actors.ts';
import { anAction, aRule, aTrigger } from '#test/catalogue.ts';
import { createEvent } from './service.ts';

const ada = userWho('events:create');
const backlogMax = config().BACKLOG_MAX;

afterEach(() => {
  Object.assign(config(), { BACKLOG_MAX: backlogMax });
});

const emit = (trigger_ref: string, payload = {}) => createEvent(ada, { trigger_ref, payload });

/** How many events of a trigger are stored, and how many enforcements and executions they have. */
async function stored(trigger: string) {
  const [row] = await sql.query<{ events: number; enforcements: number; executions: number }>(
    `select count(distinct v.id) as events, count(distinct f.id) as enforcements, count(distinct e.id) as executions
     from event v left join enforcement f on f.event_id = v.id left join execution e on e.enforcement_id = f.id
     where v.trigger_ref = $1`,
    [trigger],
  );
  return row;
}

const isRefusal = (reason: unknown): boolean =>
  reason instanceof AppError &&
  reason.code === 'TOO_MANY_REQUESTS' &&
  (reason.retryAfterSeconds ?? 0) > 0;

test('more events at once than may wait: what is accepted is stored once, the rest is told to come again', async () => {
  const trigger = await aTrigger();
  await aRule({ trigger, action: await anAction() });

  const answers = await Promise.allSettled(
    Array.from({ length: 6_000 }, async (_, n) => emit(trigger, { n })),
  );

  const accepted = answers.filter(({ status }) => status === 'fulfilled').length;
  const refused = answers.filter(
    (answer) => answer.status === 'rejected' && isRefusal(answer.reason),
  );
  expect(refused.length).toBeGreaterThan(0);
  expect(accepted + refused.length).toBe(6_000);
  expect(await stored(trigger)).toEqual({
    events: accepted,
    enforcements: accepted,
    executions: accepted,
  });
});

test('a thousand events of 1 MB at once: no more than 64 MB of them wait', async () => {
  const trigger = await aTrigger();
  const text = 'x'.repeat(1_000_000);

  const answers = await Promise.allSettled(
    Array.from({ length: 1_000 }, async (_, n) => emit(trigger, { n, text })),
  );

  const accepted = answers.filter(({ status }) => status === 'fulfilled').length;
  expect(accepted).toBeGreaterThan(10);
  expect(accepted).toBeLessThan(100);
  expect(answers.every((answer) => answer.status === 'fulfilled' || isRefusal(answer.reason))).toBe(
    true,
  );
  expect(await stored(trigger)).toMatchObject({ events: accepted });
});

test(
  'while too many executions wait no event is taken; when some have run, events are taken again',
  { timeout: 60_000 },
  async () => {
    const trigger = await aTrigger();
    await aRule({ trigger, action: await anAction() });
    await sql.query(
      `update execution set status = 'cancelled', finished_at = now() where status = 'requested'`,
    );
    Object.assign(config(), { BACKLOG_MAX: 3 });

    const refusal = await vi.waitUntil(
      () =>
        emit(trigger).then(
          () => null,
          (reason: unknown) => reason,
        ),
      { timeout: 15_000, interval: 50 },
    );

    expect(refusal).toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      status: 429,
      retryAfterSeconds: 10,
    });
    expect(String(refusal)).toContain('3 executions wait already');
    await sql.query(
      `update execution set status = 'cancelled', finished_at = now() where status = 'requested'`,
    );
    await expect
      .poll(
        () =>
          emit(trigger).then(
            () => 'taken',
            () => 'refused',
          ),
        { timeout: 15_000 },
      )
      .toBe('taken');
  },
);

test('a batch whose commit nobody knows of is not stored a second time', async () => {
  const trigger = await aTrigger();
  // Commits of this trigger's events end their own connection just before they are done.
  await sql.query(
    `create function cut() returns trigger language plpgsql as $$
     begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$`,
  );
  await sql.query(
    `create constraint trigger cut after insert on event deferrable initially deferred for each row
     when (new.trigger_ref = '${trigger}') execute function cut()`,
  );

  const answers = await Promise.allSettled([emit(trigger), emit(trigger), emit(trigger)]);

  expect(answers).toMatchObject(
    answers.map(() => ({ status: 'rejected', reason: { code: 'RETRYABLE_DATABASE_ERROR' } })),
  );
  expect(await stored(trigger)).toMatchObject({ events: 0 });
});
