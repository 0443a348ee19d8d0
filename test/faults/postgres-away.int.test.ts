import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '#lib/errors.ts';
import { closeDb } from '#server/db/prisma.ts';
import { closePool } from '#server/db/pool.ts';
import { sql } from '#server/db/sql.ts';
import { createEvent } from '#server/events/service.ts';
import { closeLive } from '#server/live/changes.ts';
import { closeQueue } from '#server/queue/queue.ts';
import { userWho } from '#test/actors.ts';
import { aRule, aTrigger } from '#test/catalogue.ts';
import { type OwnPostgres, ownPostgres } from '#test/own-postgres.ts';
import { isDeep } from './depth.ts';
import { startWorker, loadProbePack } from './product.ts';
import { attemptsOf, outputOf, Runs } from './runs.ts';
import { waitFor } from './until.ts';

let postgres: OwnPostgres;
beforeAll(async () => {
  // What is not on the disk is lost with a crash: as careful as in earnest.
  postgres = await ownPostgres({ max_connections: '100' });
});
afterAll(async () => {
  await closeLive();
  await closeQueue();
  await closeDb();
  await closePool();
  await postgres.remove();
});
beforeAll(loadProbePack);

const AWAY_MS = isDeep ? 10_000 : 4_000;
/** Shorter than the grace, as the contract has it; lines at 20 per second. */
const LASTING = { LEASE_SECONDS: '15', LEASE_GRACE_SECONDS: '10' };
const LINES = isDeep ? 300 : 150;
const lines = Array.from({ length: LINES }, (_, n) => `line ${n + 1} of ${LINES}\n`).join('');

const crash = async () => {
  process.kill(postgres.pid, 'SIGKILL');
  await delay(AWAY_MS);
  await postgres.stop();
};

const AWAY = {
  'is stopped and started': async () => {
    await postgres.stop();
    await delay(AWAY_MS);
    await postgres.start();
  },
  'crashes and recovers': async () => {
    await crash();
    await postgres.start();
  },
  'does not answer for a while': async () => {
    const backends = await sql.query<{ pid: number }>(`select pid from pg_stat_activity`);
    const pids = [...backends.map(({ pid }) => pid), postgres.pid];
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    await delay(AWAY_MS);
    for (const pid of pids.toReversed()) process.kill(pid, 'SIGCONT');
  },
  'restarts at once': async () => {
    await postgres.stop();
    await postgres.start();
  },
};

describe.each(Object.entries(AWAY))('a database that %s', (_how, away) => {
  test('costs no run and no byte: output is complete and in order, nothing is abandoned or begun twice', async () => {
    const runs = new Runs();
    const worker = await startWorker({ env: LASTING });
    await startWorker({ env: LASTING });
    const talking = await runs.askMany(3, {
      action: 'count',
      env: { COUNT: String(LINES), PAUSE_SECONDS: '0.05' },
    });
    // Ends while the database is away.
    const short = await runs.ask({ action: 'work', env: { FIRST_SECONDS: '2' } });
    await runs.untilWorking(4);
    // Accepted, and not begun when it goes.
    const waiting = await runs.askMany(4, { action: 'work', env: { FIRST_SECONDS: '0.5' } });

    const events = new Emitter(await anEventThatWorks());

    await away();

    const accepted = await events.stop();
    await runs.untilAllEnded(60_000);
    expect(worker.said.join('\n')).not.toContain('"level":60');
    for (const id of [...talking, short]) expect(await attemptsOf(id)).toEqual(['completed']);
    for (const id of talking) expect(await outputOf(id)).toBe(lines);
    // A claim on which the answer was lost is given back; whichever attempt it was that ran, there is one.
    for (const id of [short, ...waiting])
      expect(await outputOf(id)).toMatch(/^start (\d+)\nend \1\n$/);
    expect(await endReasons()).not.toContain('worker_lost');
    expect(await endReasons()).not.toContain('lease_lost');
    expect(accepted.length).toBeGreaterThan(0);
    await expect
      .poll(() => executionsOf(accepted), { timeout: 30_000 })
      .toEqual(accepted.map((event) => ({ event, status: 'completed' })));
    expect(new Set(await runs.statuses())).toEqual(new Set(['completed']));
  });
});

test('an outage that is longer than the grace ends the processes while it lasts, and only then are they taken over', async () => {
  const runs = new Runs();
  await startWorker();
  await startWorker();
  const LONG = { FIRST_SECONDS: '300' };
  const once = await runs.askMany(2, { action: 'work', env: LONG });
  const again = await runs.askMany(2, { action: 'repeatable', env: LONG });
  await runs.untilWorking(4);

  await postgres.stop();
  try {
    // Lease and grace, and a busy machine: nobody but the workers themselves can know.
    await runs.untilGone(10_000);
  } finally {
    await postgres.start();
  }

  await runs.untilAllEnded(30_000);
  expect(await runs.statuses()).toEqual(['abandoned', 'abandoned', 'completed', 'completed']);
  for (const id of once) expect(await attemptsOf(id)).toEqual(['lost']);
  for (const id of again) {
    expect(await attemptsOf(id)).toEqual(['lost', 'completed']);
    expect(await outputOf(id, 2)).toBe('start 2\nend 2\n');
  }
});

/** Emits one event after the other until it is stopped. */
class Emitter {
  readonly #stopping = new AbortController();
  readonly #accepted: number[] = [];
  readonly #emitting: Promise<void>;

  constructor(trigger: string) {
    this.#emitting = this.#emit(trigger);
  }

  /** @returns the events that were accepted, at least one of them after the last fault */
  async stop(): Promise<number[]> {
    const soFar = this.#accepted.length;
    await waitFor(
      { until: 'another event accepted', withinMs: 30_000 },
      () => this.#accepted.length,
      (accepted) => accepted > soFar,
    );
    this.#stopping.abort();
    await this.#emitting;
    return this.#accepted;
  }

  async #emit(trigger_ref: string): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        const { id } = await createEvent(grace, { trigger_ref, payload: {} });
        this.#accepted.push(id);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'RETRYABLE_DATABASE_ERROR') throw error;
      }
      await delay(100);
    }
  }
}

const grace = userWho('events:create');

async function anEventThatWorks(): Promise<string> {
  const trigger = await aTrigger();
  await aRule({ trigger, action: 'faults.work' });
  return trigger;
}

const executionsOf = (events: readonly number[]) =>
  sql.query(
    `select v.id as event, e.status from unnest($1::bigint[]) as v (id)
     left join enforcement f on f.event_id = v.id left join execution e on e.enforcement_id = f.id order by v.id`,
    [events],
  );

const endReasons = async () =>
  (await sql.query<{ end_reason: string }>('select distinct end_reason from attempt')).map(
    ({ end_reason: reason }) => reason,
  );
