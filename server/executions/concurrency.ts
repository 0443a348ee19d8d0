import type { OnLimit } from '#lib/domain/concurrency.ts';
import type { Tx } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { ringLater } from '#server/queue/queue.ts';
import { endWaiting, WAITING } from './waiting.ts';

/*
 * Limits are counted in the executions' own rows, under a lock for each key that everybody takes who begins or ends a
 * run of it: so there are never more than the limit, and no freed place goes unnoticed.
 */

/** Held until the transaction ends. Take it before the rows of executions. @throws when it is not to be had soon */
export async function lockLimits(tx: Tx, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  // In one order for everybody, or two of us could wait for each other.
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended('attune concurrency ' || key, 0))::text from unnest($1::text[]) as key`,
    [[...new Set(keys)].toSorted()],
  );
}

/** Takes the locks of those keys that nobody holds; does not wait. @returns them */
async function tryLockLimits(tx: Tx, keys: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ key: string; got: boolean }>(
    `select key, pg_try_advisory_xact_lock(hashtextextended('attune concurrency ' || key, 0)) as got
     from unnest($1::text[]) as key`,
    [[...new Set(keys)].toSorted()],
  );
  return rows.filter(({ got }) => got).map(({ key }) => key);
}

/** A key that somebody else is busy with is asked for again after this. */
const BUSY_KEY_MS = 250;

/** By the database's clock: a job's time is compared with no other. */
async function ringSoon(tx: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  const [soon] = await tx.query<{ at: Date }>(
    'select clock_timestamp() + make_interval(secs => $1) as at',
    [BUSY_KEY_MS / 1000],
  );
  await ringLater(
    tx,
    ids.map((id) => ({ id, at: soon?.at ?? null, isTurn: true })),
  );
}

interface Candidate {
  readonly id: number;
  readonly key: string;
  readonly limit: number;
  readonly on_limit: OnLimit;
}

/**
 * Decides which of these executions may run now without exceeding their limit: the oldest that wait. The others wait
 * for their turn, are cancelled, or make the oldest run leave, as their action says.
 *
 * @returns the ids of those whose turn it is; the caller must claim them in this transaction
 */
export async function admit(tx: Tx, ids: readonly number[]): Promise<number[]> {
  const waiting = await tx.query<{ id: number; key: string }>(
    `select id, concurrency_key as key from execution
     where id = any ($1) and concurrency_key is not null and status in ${WAITING}`,
    [ids],
  );
  if (waiting.length === 0) return [];
  const keys = await tryLockLimits(
    tx,
    waiting.map(({ key }) => key),
  );
  await ringSoon(
    tx,
    waiting.filter(({ key }) => !keys.includes(key)).map(({ id }) => id),
  );
  const candidates = await tx.query<Candidate>(
    `select id, concurrency_key as key, concurrency_limit as limit, on_limit from execution
     where id = any ($1) and concurrency_key = any ($2) and status in ${WAITING} and (run_after is null or run_after <= now())
     order by id`,
    [ids, keys],
  );
  if (candidates.length === 0) return [];
  await replaceOlder(tx, candidates);
  const due = new Set(
    await findTurns(tx, keys, Math.max(...candidates.map(({ limit }) => limit), 0)),
  );
  for (const id of await placesForImpatient(tx, candidates, due)) due.add(id);
  await turnAway(
    tx,
    candidates.filter(({ id }) => !due.has(id)),
  );
  return candidates.map(({ id }) => id).filter((id) => due.has(id));
}

/** Whose turn it is: as many of the oldest that wait as there are free places. Lock the keys first. */
async function findTurns(tx: Tx, keys: readonly string[], limitMax: number): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `select w.id
     from unnest($1::text[]) as k (key)
     cross join lateral (
       select count(*) as active from execution r where r.concurrency_key = k.key and r.status in ('running', 'canceling')
     ) r
     cross join lateral (
       select e.id, e.concurrency_limit, row_number() over (order by e.id) as place from (
         select id, concurrency_limit from execution
         where concurrency_key = k.key and status in ${WAITING} and (run_after is null or run_after <= now())
           and (queue_deadline_at is null or queue_deadline_at > now()) and (deadline_at is null or deadline_at > now())
         order by id limit $2
       ) e
     ) w
     where r.active + w.place <= w.concurrency_limit`,
    [keys, limitMax],
  );
  return rows.map(({ id }) => id);
}

/** Who does not wait takes a place that is free now, whoever waits for his bell: nobody is cancelled below the limit. */
async function placesForImpatient(
  tx: Tx,
  candidates: readonly Candidate[],
  due: ReadonlySet<number>,
): Promise<number[]> {
  const impatient = candidates.filter(
    ({ id, on_limit: word }) => word === 'cancel' && !due.has(id),
  );
  if (impatient.length === 0) return [];
  const rows = await tx.query<{ key: string; active: number }>(
    `select concurrency_key as key, count(*) as active from execution
     where concurrency_key = any ($1) and status in ('running', 'canceling') group by concurrency_key`,
    [impatient.map(({ key }) => key)],
  );
  const taken = new Map(rows.map(({ key, active }) => [key, active]));
  for (const { id, key } of candidates) if (due.has(id)) taken.set(key, (taken.get(key) ?? 0) + 1);
  return impatient.flatMap(({ id, key, limit }) => {
    const places = taken.get(key) ?? 0;
    if (places >= limit) return [];
    taken.set(key, places + 1);
    return [id];
  });
}

/** The newest runs of a key are wanted; what is older makes room. */
async function replaceOlder(tx: Tx, candidates: readonly Candidate[]): Promise<void> {
  const newest = new Map(
    candidates.filter(({ on_limit: word }) => word === 'replace').map((each) => [each.key, each]),
  );
  for (const { id, key, limit } of newest.values()) {
    const older = await tx.query<{ id: number; status: string; worker_id: number | null }>(
      `select id, status, worker_id from execution
       where concurrency_key = $1 and status in ('requested', 'scheduling', 'scheduled', 'running') and id < $2
       order by id desc offset $3`,
      [key, id, limit - 1],
    );
    const by = `execution ${id}, which took its place at the limit of ${limit} for ${key}`;
    const waiting = older.filter(({ status }) => status !== 'running');
    const ended = await endWaiting(
      tx,
      waiting.map((each) => ({
        id: each.id,
        status: 'cancelled',
        end_reason: 'replaced',
        error: `Cancelled by ${by}`,
      })),
    );
    const stopped = await tx.query<{ id: number; worker_id: number | null }>(
      `update execution set status = 'canceling', cancel_requested_at = now(), cancel_requested_by = $2, updated = clock_timestamp()
       where id = any ($1) and status = 'running' returning id, worker_id`,
      [older.map((each) => each.id), by],
    );
    const told = [...ended, ...stopped.map((each) => each.id)];
    const workers = stopped.flatMap((each) => each.worker_id ?? []);
    if (told.length > 0)
      await announce(
        tx,
        'executions',
        ...told.map((each) => `execution:${each}` as const),
        ...workers.map((each) => `worker:${each}` as const),
      );
  }
}

/** Those whose turn has not come: they wait for it, or end here. */
async function turnAway(tx: Tx, candidates: readonly Candidate[]): Promise<void> {
  if (candidates.length === 0) return;
  const refused = candidates.filter(({ on_limit: word }) => word === 'cancel');
  await endWaiting(
    tx,
    refused.map(({ id, key, limit }) => ({
      id,
      status: 'cancelled',
      end_reason: 'concurrency_limit',
      error: `Cancelled because the limit of ${limit} for ${key} was reached`,
    })),
  );
  await tx.query(
    `update execution set status = 'scheduling', updated = clock_timestamp() where id = any ($1) and status in ('requested', 'scheduled')`,
    [candidates.filter((each) => !refused.includes(each)).map(({ id }) => id)],
  );
  await announce(tx, 'executions', ...candidates.map(({ id }) => `execution:${id}` as const));
}

/** Rings for turns of this key that nobody has told of, unless somebody is busy with it. */
export async function ringForTurns(tx: Tx, key: string): Promise<number> {
  const [mine] = await tryLockLimits(tx, [key]);
  return mine === undefined ? 0 : ringNext(tx, [key]);
}

/** Rings for those whose turn has come because a run has ended. Lock the keys first. */
export async function ringNext(tx: Tx, keys: readonly string[]): Promise<number> {
  if (keys.length === 0) return 0;
  const waiting = await tx.query<{ limit: number | null }>(
    `select max(concurrency_limit) as limit from execution where concurrency_key = any ($1) and status = 'scheduling'`,
    [keys],
  );
  const limit = waiting[0]?.limit ?? 0;
  if (limit === 0) return 0;
  const due = await findTurns(tx, keys, limit);
  const silent = await tx.query<{ id: number }>(
    `select e.id from execution e where e.id = any ($1) and e.status = 'scheduling'
       and not exists (select 1 from pgboss.job j where j.name = 'execution.run' and j.state < 'active'
                       and (j.data ->> 'execution_id')::bigint = e.id)`,
    [due],
  );
  if (silent.length === 0) return 0;
  await ringLater(
    tx,
    silent.map(({ id }) => ({ id, at: null, isTurn: true })),
  );
  await announce(tx, 'jobs');
  return silent.length;
}
