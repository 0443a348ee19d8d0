import { config } from '#server/config.ts';
import { inTransaction, sql } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { ringFor } from '#server/queue/queue.ts';
import { endLateWaits } from './clocks.ts';
import { ringForTurns } from './concurrency.ts';
import { settleLost, settleOverdue } from './lost.ts';
import { ringForSuspects } from './suspects.ts';
import { SweepTrust } from './sweep-trust.ts';

const RING_AGAIN_SECONDS = 5;
const AT_ONCE_MAX = 500;

/** What a sweep found and mended. */
export interface Sweep {
  /** Attempts of workers that gave no sign of life. */
  readonly lost: number;
  /** Attempts that a living worker had let run far beyond their time-out. */
  readonly overdue: number;
  /** Executions that had waited too long. */
  readonly late: number;
  /** Executions that waited without a bell. */
  readonly rung: number;
}

const trust = new SweepTrust();

/**
 * Mends what crashes leave behind. Every part is a transaction of its own and safe to repeat; rows that somebody else
 * is busy with are skipped, so that any number of workers may sweep at once. A part that fails holds up no other.
 *
 * @throws AggregateError of what failed, after everything else was done
 */
export async function sweep(): Promise<Sweep> {
  const {
    LEASE_SECONDS: leaseSeconds,
    LEASE_GRACE_SECONDS: graceSeconds,
    KILL_GRACE_SECONDS: kill,
  } = config();
  const isTrusted = trust.begin(await databaseNow(), leaseSeconds * 1000);
  const failures: unknown[] = [];
  const part = (mend: () => Promise<number>) =>
    mend().catch((error: unknown) => {
      failures.push(error);
      return 0;
    });
  const done = {
    lost: await part(async () =>
      isTrusted ? (await settleLost({ leaseSeconds, graceSeconds })).length : 0,
    ),
    overdue: await part(async () =>
      isTrusted ? (await settleOverdue(leaseSeconds, kill)).length : 0,
    ),
    late: await part(endLateWaits),
    rung:
      (await part(ringAgain)) + (await part(ringForAllTurns)) + (await part(ringForUntoldSuspects)),
  };
  trust.end(await databaseNow());
  if (failures.length > 0) throw new AggregateError(failures, 'a part of the sweep failed');
  return done;
}

async function databaseNow(): Promise<number> {
  const [clock] = await sql.query<{ now: Date }>('select clock_timestamp() as now');
  return clock?.now.getTime() ?? 0;
}

/** A bell that was answered by a worker that died before its claim, or that the queue has thrown away. */
const ringAgain = (): Promise<number> =>
  inTransaction(async (tx) => {
    // One at a time: two would ring twice.
    const [turn] = await tx.query<{ mine: boolean }>(
      `select pg_try_advisory_xact_lock(hashtext('attune sweep')) as mine`,
    );
    if (turn?.mine !== true) return 0;
    const silent = await tx.query<{ id: number }>(
      `select e.id from execution e
       where e.status in ('requested', 'scheduled')
         and greatest(e.created, coalesce(e.run_after, e.created)) < now() - make_interval(secs => $1)
         and not exists (select 1 from pgboss.job j where j.name = 'execution.run' and j.state < 'active'
                         and (j.data ->> 'execution_id')::bigint = e.id)
       order by e.id limit $2`,
      [RING_AGAIN_SECONDS, AT_ONCE_MAX],
    );
    if (silent.length === 0) return 0;
    await ringFor(
      tx,
      silent.map(({ id }) => id),
    );
    await announce(tx, 'jobs');
    return silent.length;
  });

/** Free places below limits whose waiting ones nobody has told; each key by itself, so that none holds up another. */
async function ringForAllTurns(): Promise<number> {
  const keys = await sql.query<{ key: string }>(
    `select distinct concurrency_key as key from execution where status = 'scheduling' and concurrency_key is not null limit $1`,
    [AT_ONCE_MAX],
  );
  let rung = 0;
  for (const { key } of keys) rung += await inTransaction((tx) => ringForTurns(tx, key));
  return rung;
}

/** Suspects whose turn nobody has told: the one before them was lost, or a worker has come. */
const ringForUntoldSuspects = (): Promise<number> =>
  inTransaction((tx) => ringForSuspects(tx, { inMs: 0, again: false }));
