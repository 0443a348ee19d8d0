import type { CancellationPolicy } from '#lib/domain/cancellation.ts';
import type { Tx } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { WAITING } from './waiting.ts';

export interface CancelRequest {
  readonly by: string;
  readonly reason: string | null;
}

/** What a cancel came to: the executions that it ended, and those that were asked to end. */
export interface Cancelled {
  readonly ended: readonly number[];
  readonly asked: readonly number[];
}

/** Children may ask for children of their own meanwhile; each of them is refused once its parent is canceling. */
const GENERATIONS_MAX = 20;

/**
 * Cancels an execution and, as its policy says, what descends from it. What waits ends here and now; what runs is
 * asked to stop, and its worker settles it.
 */
export async function cancelWithChildren(
  tx: Tx,
  id: number,
  request: CancelRequest,
): Promise<Cancelled> {
  const first = await cancelRows(tx, [id], request, true);
  if (first.ended.length + first.asked.length === 0) return first;
  const [row] = await tx.query<{ policy: CancellationPolicy }>(
    'select cancellation_policy as policy from execution where id = $1',
    [id],
  );
  const withRunning = row?.policy === 'cancel_running';
  const ended = [...first.ended];
  const asked = [...first.asked];
  const inherited = { by: `${request.by}, with execution ${id}`, reason: request.reason };
  for (let generation = 0; generation < GENERATIONS_MAX; generation++) {
    const family = await findDescendants(tx, id, withRunning);
    const more = await cancelRows(tx, family, inherited, withRunning);
    if (more.ended.length + more.asked.length === 0) break;
    ended.push(...more.ended);
    asked.push(...more.asked);
  }
  return { ended, asked };
}

/** Live descendants, oldest first. Children that may finish keep their own. */
async function findDescendants(tx: Tx, id: number, throughRunning: boolean): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `with recursive family as (
       select id, status from execution where parent_id = $1
       union all
       select e.id, e.status from execution e join family f on e.parent_id = f.id where $2 or f.status not in ('running', 'canceling')
     )
     select id from family where status in ${WAITING} or ($2 and status = 'running') order by id`,
    [id, throughRunning],
  );
  return rows.map((row) => row.id);
}

interface MovedRow {
  readonly id: number;
  readonly status: string;
  readonly worker_id: number | null;
}

async function cancelRows(
  tx: Tx,
  ids: readonly number[],
  { by, reason }: CancelRequest,
  withRunning: boolean,
): Promise<Cancelled> {
  if (ids.length === 0) return { ended: [], asked: [] };
  const moved = await tx.query<MovedRow>(
    `update execution e
     set status = case when e.status = 'running' then 'canceling' else 'cancelled' end,
         cancel_requested_at = now(), cancel_requested_by = $2, cancel_reason = $3, updated = clock_timestamp(),
         end_reason = case when e.status = 'running' then e.end_reason else 'cancel' end,
         finished_at = case when e.status = 'running' then null else clock_timestamp() end,
         run_after = null, queue_deadline_at = null,
         result = case when e.status = 'running' then e.result else jsonb_build_object('succeeded', false, 'cancelled', true,
           'error', format('Cancelled by %s before %s', $2::text, case when e.attempt_count = 0 then 'it started' else 'its next try' end)
             || coalesce(': ' || $3::text, '')) end
     where e.id = any ($1) and (e.status in ${WAITING} or ($4 and e.status = 'running'))
     returning e.id, e.status, e.worker_id`,
    [ids, by, reason, withRunning],
  );
  const asked = moved.filter(({ status }) => status === 'canceling');
  const workers = asked.flatMap(({ worker_id: worker }) => worker ?? []);
  if (moved.length > 0)
    await announce(
      tx,
      'executions',
      ...moved.map(({ id }) => `execution:${id}` as const),
      ...workers.map((worker) => `worker:${worker}` as const),
    );
  return {
    ended: moved.filter(({ status }) => status === 'cancelled').map(({ id }) => id),
    asked: asked.map(({ id }) => id),
  };
}
