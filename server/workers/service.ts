import type { PageOf } from '#lib/contracts/common.ts';
import type { WorkerFilter, WorkerSummary } from '#lib/contracts/workers.ts';
import { notFound } from '#lib/errors.ts';
import { type Actor, ALL, authorize } from '#server/auth/actor.ts';
import { sql } from '#server/db/sql.ts';
import { readPage } from '#server/packs/read-page.ts';
import { presentWorker } from './present.ts';
import * as workers from './repository.ts';

export async function listWorkers(
  actor: Actor,
  query: WorkerFilter,
): Promise<PageOf<WorkerSummary>> {
  authorize(actor, 'workers:read', ALL);
  return readPage(query, {
    read: (window) => workers.listWorkers(query, window),
    count: () => workers.countWorkers(query),
    present: presentWorker,
  });
}

/** @throws AppError `NOT_FOUND` */
export async function getWorker(actor: Actor, id: number): Promise<WorkerSummary> {
  authorize(actor, 'workers:read', { id });
  const row = await workers.findWorker(sql, id);
  if (row === null) throw notFound('worker', id);
  return presentWorker(row);
}
