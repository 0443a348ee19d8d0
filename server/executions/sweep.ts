import { announce } from '#server/live/announce.ts';
import { inTransaction, type Tx } from '#server/db/sql.ts';
import { ringFor } from '#server/queue/queue.ts';

/** After the lease, a worker may still be away for a moment: a stopped database, a paused machine. */
const LOST_AFTER_LEASE_SECONDS = 10;
const RING_AGAIN_SECONDS = 5;
const AT_ONCE_MAX = 500;

/** What a sweep found. */
export interface Sweep {
  readonly lost: number;
  readonly rung: number;
}

/**
 * Mends what crashes leave behind: attempts whose worker gave no sign of life end as `lost` with their tokens, and
 * executions that wait without a bell are rung for. Any worker, one at a time; safe to repeat.
 */
export const sweep = (): Promise<Sweep> =>
  inTransaction(async (tx) => {
    const [turn] = await tx.query<{ mine: boolean }>(
      `select pg_try_advisory_xact_lock(hashtext('attune sweep')) as mine`,
    );
    if (turn?.mine !== true) return { lost: 0, rung: 0 };
    return { lost: await settleLost(tx), rung: await ringAgain(tx) };
  });

async function settleLost(tx: Tx): Promise<number> {
  const lost = await tx.query<{ id: number }>(SETTLE_LOST, [LOST_AFTER_LEASE_SECONDS, AT_ONCE_MAX]);
  if (lost.length > 0)
    await announce(tx, 'executions', ...lost.map(({ id }) => `execution:${id}` as const));
  return lost.length;
}

/** One statement, like every end of an attempt: attempt, token and execution. */
const SETTLE_LOST = `
  with gone as (
    select a.id, a.execution_id, a.lease_expires_at, w.name, w.host, w.last_heartbeat
    from attempt a left join worker w on w.id = a.worker_id
    where a.status = 'running' and a.lease_expires_at < now() - make_interval(secs => $1)
    order by a.id limit $2 for update of a skip locked
  ), ended as (
    update attempt a set status = 'lost', ended_at = now(), end_reason = 'worker_lost' from gone where a.id = gone.id
    returning a.id
  ), revoked as (
    update token t set ended_at = now(), end_reason = 'lost' from gone where t.attempt_id = gone.id and t.ended_at is null
  )
  update execution e
  set status = 'abandoned', end_reason = 'worker_lost', finished_at = now(), updated = clock_timestamp(),
      result = jsonb_build_object('succeeded', false, 'error',
        format('The worker %s on %s was lost: its last sign of life was at %s. The action may or may not have done its work.',
               gone.name, gone.host, to_char(gone.last_heartbeat at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"')))
  from gone where e.id = gone.execution_id and e.status in ('running', 'canceling')
  returning e.id`;

/** A bell that was answered by a worker that died before its claim, or that the queue has thrown away. */
async function ringAgain(tx: Tx): Promise<number> {
  const silent = await tx.query<{ id: number }>(
    `select e.id from execution e
     where e.status in ('requested', 'scheduling', 'scheduled')
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
}
