import pg from 'pg';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { AppError } from '#lib/errors.ts';
import { sql } from '#server/db/sql.ts';
import { createEvent } from '#server/events/service.ts';
import { cancelExecution, createExecution } from '#server/executions/service.ts';
import { userWho } from '#test/actors.ts';
import { anAction, aRule, aTrigger } from '#test/catalogue.ts';
import { ada, ask } from '#test/executions.ts';
import { isDeep } from './depth.ts';
import { loseAnswers } from './lose-answers.ts';
import { checkSoundness } from './runs.ts';

const CLIENTS = 8;
const ROUNDS = isDeep ? 200 : 12;
const TRIES_MAX = 30;
const grace = userWho('events:create');

let action: string;
beforeAll(async () => {
  action = await anAction();
});

const losing = (losses: Parameters<typeof loseAnswers>[1]) => {
  const answers = loseAnswers(pg.Client, losses);
  onTestFinished(answers.stop);
  return answers;
};

/** As a client does that was answered 503, or not at all: says the same again until it is answered. */
async function insist<T>(say: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await say();
    } catch (error) {
      const mayTry = error instanceof AppError && error.code === 'RETRYABLE_DATABASE_ERROR';
      if (!mayTry || tries === TRIES_MAX) throw error;
    }
  }
}

/** What every client was answered, round after round. */
const eachClient = async <T>(work: () => Promise<T>): Promise<T[]> => {
  const rounds = Array.from({ length: CLIENTS }, async () => {
    const answers: T[] = [];
    for (let round = 0; round < ROUNDS; round++) answers.push(await work());
    return answers;
  });
  return (await Promise.all(rounds)).flat();
};

test('an event that was stored without an answer is one event with one run for whoever repeats it with its key', async () => {
  const trigger = await aTrigger();
  await aRule({ trigger, action });
  const answers = losing({ event: 2 });

  const ids = await eachClient(async () => {
    const key = crypto.randomUUID();
    const event = { trigger_ref: trigger, payload: { key } };
    return (await insist(() => createEvent(grace, event, key))).id;
  });

  answers.stop();
  expect(answers.lost()).toBeGreaterThan(ROUNDS / 2);
  const rows = await sql.query<{ id: number; runs: number }>(
    `select v.id, count(e.id) as runs from event v left join enforcement f on f.event_id = v.id
     left join execution e on e.enforcement_id = f.id where v.trigger_ref = $1 group by v.id order by v.id`,
    [trigger],
  );
  expect(rows).toEqual(ids.toSorted((a, b) => a - b).map((id) => ({ id, runs: 1 })));
  await checkSoundness();
});

test('a run that was asked for without an answer is one run for whoever repeats it with its key, also twice at once', async () => {
  const answers = losing({ request: 3 });

  const ids = await eachClient(async () => {
    const key = crypto.randomUUID();
    const body = { action_ref: action, parameters: {}, env_vars: {}, trace_tag: 'lost answers' };
    const say = () => insist(() => createExecution(ada, body, key));
    const [one, other] = await Promise.all([say(), say()]);
    expect(other.id).toBe(one.id);
    return one.id;
  });

  answers.stop();
  expect(answers.lost()).toBeGreaterThan(ROUNDS);
  const rows = await sql.query<{ id: number }>(
    `select id from execution where trace_tag = 'lost answers' order by id`,
  );
  expect(rows.map(({ id }) => id)).toEqual(ids.toSorted((a, b) => a - b));
  await checkSoundness();
});

test('a cancel that was done without an answer is done once, and whoever repeats it is told that it is', async () => {
  const ids = await Promise.all(Array.from({ length: CLIENTS * 2 }, () => ask()));
  const answers = losing({ cancel: 2 });

  const told = await Promise.all(
    ids.map((id) =>
      insist(() => cancelExecution(ada, id)).then(
        ({ status }) => status,
        (error: AppError) => `${error.code}: ${JSON.stringify(error.details)}`,
      ),
    ),
  );

  answers.stop();
  expect(new Set(told)).toEqual(new Set(['cancelled', 'CONFLICT: {"status":"cancelled"}']));
  const audits = await sql.query<{ resource_id: number; times: number }>(
    `select resource_id, count(*) as times from audit_event where event_type = 'execution.cancelled' group by 1 having count(*) > 1`,
  );
  expect(audits).toEqual([]);
  await checkSoundness();
});
