import type { WorkerSummary } from '#lib/contracts/workers.ts';
import { AppError, notFound } from '#lib/errors.ts';
import { by } from '#server/audit/by.ts';
import { recordAudit } from '#server/audit/record.ts';
import { type Actor, actorName, authorize } from '#server/auth/actor.ts';
import { inTransaction, type Sql, sql, type Tx } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { presentWorker } from './present.ts';
import { findWorker, type WorkerRow } from './repository.ts';

/*
 * A cordoned worker takes nothing new. What it runs ends where it runs, its sensors go to another worker. The mark is
 * asked where work is taken, in the statement that takes it, so none slips through after the cordon has committed.
 */

/**
 * Asking again with another reason changes the reason.
 *
 * @throws AppError `NOT_FOUND`, `CONFLICT` when it has stopped
 */
export const cordonWorker = (
  actor: Actor,
  id: number,
  reason: string | null,
): Promise<WorkerSummary> =>
  change(actor, id, async (tx, before) => {
    if (before.stopped_at !== null)
      throw new AppError('CONFLICT', `The worker ${before.name} has stopped: it takes nothing.`);
    await tx.query(
      `update worker set cordoned = true, cordoned_at = now(), cordoned_by = $2, cordoned_by_login = $3, cordon_reason = $4
       where id = $1`,
      [id, actor.kind === 'identity' ? actor.identityId : null, actorName(actor), reason],
    );
    return { eventType: 'worker.cordoned', details: { reason } };
  });

/** @throws AppError `NOT_FOUND`, `CONFLICT` when it is not cordoned */
export const uncordonWorker = (actor: Actor, id: number): Promise<WorkerSummary> =>
  change(actor, id, async (tx, before) => {
    if (!before.cordoned)
      throw new AppError('CONFLICT', `The worker ${before.name} is not cordoned.`);
    await tx.query(
      `update worker set cordoned = false, cordoned_at = null, cordoned_by = null, cordoned_by_login = null, cordon_reason = null
       where id = $1`,
      [id],
    );
    return {
      eventType: 'worker.uncordoned',
      details: { cordoned_by: before.cordoned_by_login, cordon_reason: before.cordon_reason },
    };
  });

interface Change {
  readonly eventType: string;
  readonly details: Readonly<Record<string, unknown>>;
}

async function change(
  actor: Actor,
  id: number,
  write: (tx: Tx, before: WorkerRow) => Promise<Change>,
): Promise<WorkerSummary> {
  authorize(actor, 'workers:manage', { id });
  return inTransaction(async (tx) => {
    // Two who ask at once come one after the other, and the record says so.
    await tx.query('select id from worker where id = $1::int for update', [id]);
    const before = await findWorker(tx, id);
    if (before === null) throw notFound('worker', id);
    const { eventType, details } = await write(tx, before);
    await recordAudit(tx, {
      category: 'admin',
      eventType,
      outcome: 'success',
      ...by(actor),
      resource: { type: 'worker', id, ref: before.name },
      details,
    });
    // To the sensors as well: another worker may take them, or this one again.
    await announce(tx, 'workers', `worker:${id}`, 'sensors', 'jobs');
    const after = await findWorker(tx, id);
    if (after === null) throw notFound('worker', id);
    return presentWorker(after);
  });
}

/** Whether a worker is to take nothing new. One that has no row takes what it likes: nobody can have cordoned it. */
export async function isCordoned(workerId: number, on: Sql = sql): Promise<boolean> {
  const [row] = await on.query<{ cordoned: boolean }>('select cordoned from worker where id = $1', [
    workerId,
  ]);
  return row?.cordoned ?? false;
}

/**
 * Holds for the statement it stands in, as SQL: it waits for a cordon that is about to commit, and one that is asked
 * for meanwhile waits for it.
 */
export const barredWorker = (worker: string): string =>
  `barred as (select cordoned from worker where id = ${worker} for share)`;
export const NOT_BARRED = `not coalesce((select cordoned from barred), false)`;
