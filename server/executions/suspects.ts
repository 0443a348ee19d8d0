import type { Tx } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { ringLater } from '#server/queue/queue.ts';
import { WAITING } from './waiting.ts';

/*
 * An execution whose worker died under it is a suspect: it, or one of its neighbours, may be what killed it. No worker
 * runs two suspects at once, so the next death names one of them, and nobody is quarantined for what another one did.
 * Suspects that wait for their turn are `scheduling`; the end of a suspect rings for the next, the sweep for those that
 * nobody told.
 */

/** Whether an execution is one, as SQL. Costs nothing before a second attempt. */
export const isSuspect = (execution: string): string =>
  `(${execution}.attempt_count > 0 and (select count(*) from attempt s where s.execution_id = ${execution}.id and s.end_reason = 'worker_lost') > 0)`;

const hasSuspect = (worker: string): string =>
  `exists (select 1 from attempt a join execution r on r.id = a.execution_id
           where a.worker_id = ${worker} and a.status = 'running' and ${isSuspect('r')})`;

const DUE = `(e.run_after is null or e.run_after <= now())`;
/** Who has waited longest comes first, so none waits for ever. */
const ORDER = 'coalesce(e.run_after, e.created), e.id';

interface Bound {
  readonly id: number;
  readonly is_limited: boolean;
  readonly is_suspect: boolean;
}

/** Which of these executions wait and need a turn: they fall under a limit, or their worker died. */
export const findBound = (tx: Tx, ids: readonly number[]): Promise<Bound[]> =>
  tx.query<Bound>(
    `select * from (
       select e.id, e.concurrency_key is not null as is_limited, ${isSuspect('e')} as is_suspect
       from execution e where e.id = any ($1) and e.status in ${WAITING}
     ) found where is_limited or is_suspect`,
    [ids],
  );

/**
 * Decides which of these suspects may run on this worker now: one, unless it runs another. The others wait for their
 * turn.
 *
 * @returns its id, or nothing; the caller must claim it in this transaction
 */
export async function takeSuspectTurn(
  tx: Tx,
  workerId: number,
  ids: readonly number[],
): Promise<number[]> {
  if (ids.length === 0) return [];
  // Two claims of one worker would both find it free.
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended('attune suspects of ' || $1::int, 0))::text`,
    [workerId],
  );
  const waiting = await tx.query<{ id: number; taken: boolean }>(
    `select e.id, ${hasSuspect('$2')} as taken from execution e
     where e.id = any ($1) and e.status in ${WAITING} and ${DUE} order by ${ORDER}`,
    [ids, workerId],
  );
  const [next, ...others] = waiting;
  if (next === undefined) return [];
  const due = next.taken ? [] : [next.id];
  await makeWait(
    tx,
    (next.taken ? waiting : others).map(({ id }) => id),
  );
  return due;
}

async function makeWait(tx: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `update execution set status = 'scheduling', updated = clock_timestamp() where id = any ($1) and status in ('requested', 'scheduled')`,
    [ids],
  );
  await announce(tx, 'executions', ...ids.map((id) => `execution:${id}` as const));
}

/** A worker that is free of suspects, and whose bells another one has answered, is rung for after this. */
const SOON_MS = 250;

/** For after the claim of those who have their turn, on behalf of those who have not. */
export const ringForSuspectsSoon = (tx: Tx): Promise<number> =>
  ringForSuspects(tx, { inMs: SOON_MS, again: false });

interface Ringing {
  readonly inMs: number;
  /** Also for those that a job rings for already, later or to a worker that must not take them. */
  readonly again: boolean;
}

/** Rings for as many suspects as there are workers that run none. @returns how many */
export async function ringForSuspects(tx: Tx, { inMs, again }: Ringing): Promise<number> {
  const due = await tx.query<{ id: number; at: Date }>(
    `select w.id, clock_timestamp() + make_interval(secs => $1) as at
     from (
       select e.id, row_number() over (partition by e.concurrency_key is null order by ${ORDER}) as place
       from execution e where e.status = 'scheduling' and ${DUE} and ${isSuspect('e')}
     ) w
     where w.place <= (select count(*) from worker k
                       where k.stopped_at is null and k.last_heartbeat > now() - interval '30 s' and not k.cordoned and not ${hasSuspect('k.id')})
       and ($2 or not exists (select 1 from pgboss.job j where j.name = 'execution.run' and j.state < 'active'
                              and (j.data ->> 'execution_id')::bigint = w.id))`,
    [inMs / 1000, again],
  );
  if (due.length === 0) return 0;
  await ringLater(
    tx,
    due.map(({ id, at }) => ({ id, at: inMs === 0 ? null : at, isTurn: true })),
  );
  if (inMs === 0) await announce(tx, 'jobs');
  return due.length;
}
