import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { connection, PATIENCE, pool } from '#server/db/pool.ts';
import type { Tx } from '#server/db/sql.ts';
import { log } from '#server/log.ts';

/** One job in it says: this execution waits for a worker. Our rows are the truth, the job is the doorbell. */
export const EXECUTION_QUEUE = 'execution.run';

export interface ExecutionJob {
  readonly execution_id: number;
}

/** We decide about attempts, so the queue never tries again by itself; a lost bell is rung anew by the sweep. */
const QUEUE_OPTIONS = {
  policy: 'standard',
  retryLimit: 0,
  expireInSeconds: 60,
  retentionSeconds: 3_600,
  deleteAfterSeconds: 60,
} as const;

const TURN_PRIORITY = 10;

let boss: PgBoss | undefined;
let own: pg.Pool | undefined;

/**
 * The queue's own few connections. Were they the pool's, transactions that hold all of it could wait for ever for the
 * one that the queue wants to look something up.
 */
function queuePool(): pg.Pool {
  if (own === undefined) {
    own = new pg.Pool({ ...connection(), ...PATIENCE, max: 2, application_name: 'attune queue' });
    own.on('error', (error) => log.warn({ err: error }, 'a connection of the queue broke'));
  }
  return own;
}

interface QueueOptions {
  /** Whether this process looks after the queue's own tables; workers do. */
  readonly maintain: boolean;
}

/** Opens the queue of this process. */
export async function openQueue({ maintain }: QueueOptions): Promise<PgBoss> {
  if (boss === undefined) {
    boss = new PgBoss({
      db: { executeSql: (text: string, values?: unknown[]) => queuePool().query(text, values) },
      supervise: maintain,
      schedule: false,
      migrate: false,
    });
    boss.on('error', (error) =>
      log.warn({ err: error }, 'the queue could not do its housekeeping'),
    );
    await boss.start();
  }
  return boss;
}

/** Makes the queue's tables and the queue itself; safe to repeat. Web and worker start after it. */
export async function createQueues(): Promise<void> {
  const maker = new PgBoss({
    db: { executeSql: (text: string, values?: unknown[]) => pool().query(text, values) },
    supervise: false,
    schedule: false,
  });
  maker.on('error', (error) => log.warn({ err: error }, 'the queue could not be made'));
  await maker.start();
  try {
    if ((await maker.getQueue(EXECUTION_QUEUE)) === null)
      await maker.createQueue(EXECUTION_QUEUE, QUEUE_OPTIONS);
  } finally {
    await maker.stop({ graceful: false });
  }
}

/** Rings for executions in the caller's transaction: one statement, however many. */
export const ringFor = (tx: Tx, executionIds: readonly number[]): Promise<void> =>
  ringLater(
    tx,
    executionIds.map((id) => ({ id, at: null })),
  );

/** A ring for one execution. */
export interface Ring {
  readonly id: number;
  /** Not before; null = now. */
  readonly at: Date | null;
  /** Before all others: somebody has waited for this long already. */
  readonly isTurn?: boolean;
}

/** Rings for each execution at its own time. */
export async function ringLater(tx: Tx, rings: readonly Ring[]): Promise<void> {
  if (rings.length === 0) return;
  const queue = await openQueue({ maintain: false });
  const jobs = rings.map(({ id, at, isTurn = false }) => ({
    data: { execution_id: id } satisfies ExecutionJob,
    // The database counts microseconds, and must not find the job due before the execution is.
    ...(at !== null && { startAfter: new Date(at.getTime() + 1) }),
    ...(isTurn && { priority: TURN_PRIORITY }),
  }));
  await queue.insert(EXECUTION_QUEUE, jobs, { db: asBossDb(tx) });
}

/** Takes answered jobs away, in the transaction that claimed their attempts. */
export async function answerJobs(tx: Tx, jobIds: readonly string[]): Promise<void> {
  if (jobIds.length === 0) return;
  const queue = await openQueue({ maintain: false });
  await queue.complete(EXECUTION_QUEUE, [...jobIds], undefined, { db: asBossDb(tx) });
}

const asBossDb = (tx: Tx) => ({
  executeSql: async (text: string, values?: unknown[]) => ({
    rows: await tx.query(text, values ?? []),
  }),
});

export async function closeQueue(): Promise<void> {
  const last = boss;
  boss = undefined;
  await last?.stop({ graceful: false });
  const connections = own;
  own = undefined;
  await connections?.end();
}
