import { beforeAll, describe, expect, test } from 'vitest';
import { inTransaction, sql } from '#server/db/sql.ts';
import { createEvent } from '#server/events/service.ts';
import { recordSnapshot, recordStart } from '#server/executions/attempt-progress.ts';
import type { ClaimedAttempt } from '#server/executions/claim.ts';
import { appendLog } from '#server/executions/log-repository.ts';
import { settleAttempt } from '#server/executions/settle.ts';
import { RETENTION } from '#server/retention/retention.ts';
import { userWho } from '#test/actors.ts';
import { claimAs, claimOne, done, failed } from '#test/attempts.ts';
import { anAction, aRule, aTrigger, aWorker } from '#test/catalogue.ts';
import { ask, NOW } from '#test/executions.ts';
import { ATTEMPT_BREAKS } from '#test/breaks/attempts.ts';
import type { World } from '#test/breaks/break.ts';
import { STREET_BREAKS } from '#test/breaks/street.ts';
import { TOKEN_AND_WAIT_BREAKS } from '#test/breaks/tokens-and-waits.ts';
import { checkInvariants, INVARIANTS } from './check-invariants.ts';
import { inSnapshot } from './in-snapshot.ts';

const BREAKS = { ...STREET_BREAKS, ...ATTEMPT_BREAKS, ...TOKEN_AND_WAIT_BREAKS };

const world: World = {
  completed: 0,
  enforcement: 0,
  running: 0,
  retried: 0,
  waiting: 0,
  limited: 0,
};

beforeAll(async () => {
  world.enforcement = await anEnforcement();
  world.completed = await executionOf(world.enforcement);
  const first = await started(await claimOne(world.completed));
  for (const seq of [0, 1, 2])
    await appendLog(first, [{ seq, stream: 'stdout', at: new Date(), content: Buffer.from('x') }]);
  await settleAttempt(first, done);

  world.retried = await ask({ max_retries: 2, ...NOW });
  await settleAttempt(await started(await claimOne(world.retried)), failed);
  await settleAttempt(await started(await claimOne(world.retried)), failed);

  world.running = await ask();
  await started(await claimOne(world.running));
  world.waiting = await ask();

  const concurrency = { limit: 1, key: null, on_limit: 'enqueue' };
  const action_ref = await anAction({ columns: { concurrency } });
  const runs = await ask({}, { action_ref });
  world.limited = await ask({}, { action_ref });
  await claimAs(await aWorker(), runs, world.limited);

  const revoked = await claimOne(await ask());
  await sql.query(
    `update token set ended_at = now(), end_reason = 'revoked' where attempt_id = $1`,
    [revoked.id],
  );
});

async function anEnforcement(): Promise<number> {
  const trigger = await aTrigger();
  await aRule({ trigger, action: await anAction() });
  const event = await createEvent(userWho('events:create'), { trigger_ref: trigger, payload: {} });
  return one('select id from enforcement where event_id = $1', event.id);
}

const executionOf = (enforcement: number) =>
  one('select id from execution where enforcement_id = $1', enforcement);

async function one(text: string, ...values: unknown[]): Promise<number> {
  const [row] = await sql.query<{ id: number }>(text, values);
  return row?.id ?? 0;
}

/** As its worker does: what the process got, and when it began. */
async function started(attempt: ClaimedAttempt): Promise<ClaimedAttempt> {
  await recordSnapshot(attempt, {
    variables: [],
    refused: [],
    command: ['run.sh'],
    cwd: '/',
    userName: 'ada',
    isolation: {},
    limits: {},
    runtime: 'shell',
    runtimeVersion: null,
    packVersion: null,
    packDigest: null,
  });
  await recordStart(attempt, new Date(), {});
  return attempt;
}

/** What is seen of a broken promise; the damage is undone. */
async function whileBroken(statements: readonly string[]) {
  let seen: Awaited<ReturnType<typeof checkInvariants>> = [];
  await inTransaction(async (tx) => {
    // No trigger refuses what a crash, a bug or a hand could have left behind.
    await tx.query('set local session_replication_role = replica');
    for (const statement of statements) await tx.query(statement);
    await tx.query('set local session_replication_role = origin');
    seen = await checkInvariants(tx);
    throw new Undone();
  }).catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
  return seen;
}

class Undone extends Error {}

describe('checkInvariants', () => {
  test('finds nothing where nothing is broken', async () => {
    expect(await inSnapshot(checkInvariants)).toEqual([]);
  });

  describe.each(INVARIANTS)('sees when this does not hold: $title', ({ name }) => {
    const breaks = BREAKS[name] ?? [];

    test('there is a way to break it', () => expect(breaks).not.toEqual([]));

    test.each(breaks)('$says', async ({ says, by, also = [] }) => {
      const seen = await whileBroken(by(world));

      expect(seen.map(({ invariant }) => invariant)).toEqual(
        INVARIANTS.map((each) => each.name).filter((each) => each === name || also.includes(each)),
      );
      const violation = seen.find(({ invariant }) => invariant === name);
      expect(violation).toMatchObject({ count: 1, examples: [expect.stringMatching(says)] });
    });
  });

  test('counts all rows that break a promise and shows five of them', async () => {
    const seen = await whileBroken([
      `insert into execution (action_ref, pack_ref, enforcement_id) select 'p.a', 'p', 1000000 + n from generate_series(1, 7) n`,
    ]);

    expect(seen).toMatchObject([{ invariant: 'execution-has-enforcement', count: 7 }]);
    expect(seen[0]?.examples).toHaveLength(5);
  });

  test('is not deceived by what retention deletes, whatever it has deleted so far', async () => {
    const age = async (days: number) => {
      for (const [table, ...columns] of [
        ['event', 'created'],
        ['enforcement', 'created'],
        ['execution', 'created', 'finished_at'],
        ['attempt', 'claimed_at', 'process_started_at', 'ended_at'],
        ['environment_snapshot', 'created'],
        ['token', 'issued_at', 'ended_at'],
        ['log_chunk', 'at'],
        ['worker', 'last_heartbeat'],
      ]) {
        const sets = columns.map((each) => `${each} = ${each} - interval '${days} days'`);
        await sql.query(`update ${table} set ${sets.join(', ')}`);
      }
    };
    // Only what has ended can be as old as that.
    for (const table of ['attempt', 'token', 'execution'])
      await sql.query(
        table === 'execution'
          ? `delete from execution where finished_at is null`
          : `delete from ${table} where ended_at is null or execution_id in (select id from execution where finished_at is null)`,
      );
    let deleted = 0;
    for (const days of [8, 23]) {
      await age(days);
      for (const { forget, keepDays } of RETENTION) {
        for (;;) {
          const rows = await forget(keepDays, 1);
          expect(await checkInvariants(sql)).toEqual([]);
          if (rows === 0) break;
          deleted += 1;
        }
      }
    }
    expect(deleted).toBeGreaterThan(15);
  });
});
