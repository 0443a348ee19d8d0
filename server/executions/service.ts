import type { PageOf } from '#lib/contracts/common.ts';
import type {
  Attempt,
  EnvironmentContext,
  Execution,
  ExecutionCreate,
  ExecutionDuration,
  ExecutionFilter,
  ExecutionStats,
  ExecutionSummary,
} from '#lib/contracts/executions.ts';
import { isFinal } from '#lib/domain/execution-status.ts';
import { AppError, notFound } from '#lib/errors.ts';
import { recordAudit } from '#server/audit/record.ts';
import { by } from '#server/audit/by.ts';
import { type Actor, actorName, authorize } from '#server/auth/actor.ts';
import { inTransaction, type Sql, sql, unprepared } from '#server/db/sql.ts';
import { keysetWindow, pageWindow, timestamp, toPage } from '#server/http/paging.ts';
import type { z } from 'zod';
import { cancelWithChildren } from './cancel.ts';
import * as attempts from './attempt-repository.ts';
import type { NewestStats } from '#lib/sentences/executions.ts';
import { withIds } from './list-names.ts';
import { newExecution } from './new-execution.ts';
import { toAttempt, toEnvironmentContext, toExecution, toSummary } from './present.ts';
import { mayRead } from './may-read.ts';
import * as executions from './repository.ts';
import { storeExecution } from './store-execution.ts';

/**
 * Asks for a run of an action. A run that asks becomes the parent, whatever the body says.
 *
 * @param idempotencyKey the same key by the same identity is the same execution
 * @throws AppError `NOT_FOUND` (action), `BAD_REQUEST` (disabled), `VALIDATION_ERROR`, `FORBIDDEN`
 */
export async function createExecution(
  actor: Actor,
  body: ExecutionCreate,
  idempotencyKey: string | null = null,
): Promise<Execution> {
  const row = await newExecution(actor, body, idempotencyKey);
  return toExecution(await existing(await storeExecution(actor, row, body)));
}

/** Newest first. The token of a run sees itself. */
export async function listExecutions(
  actor: Actor,
  query: z.output<typeof ExecutionFilter>,
): Promise<PageOf<ExecutionSummary>> {
  if (actor.kind !== 'execution') authorize(actor, 'executions:read');
  const window = pageWindow(query);
  const named = await withIds(query);
  const filter = actor.kind === 'execution' ? { ...named, id: actor.executionId } : named;
  const keyset = keysetWindow(window, query.cursor);
  const [rows, total, searchedTo] = await Promise.all([
    executions.listSummaries(unprepared, filter, keyset),
    query.include_total === true ? executions.countExecutions(sql, filter) : null,
    query.result_contains === undefined
      ? null
      : executions.findSearchEnd(unprepared, filter, keyset),
  ]);
  const page = toPage(rows, window, toSummary, { total, cursorOf: ({ id }) => String(id) });
  if (page.pagination.has_next || searchedTo === null) return page;
  // Fewer hits than a page holds, and older runs that were not looked at.
  const further = { has_next: true, next_cursor: String(searchedTo) };
  return { items: page.items, pagination: { ...page.pagination, ...further } };
}

/** More do not fit a chart, and nobody tells them apart. */
const DURATIONS_MAX = 600;

/** How long the newest runs of a list took, for a chart of them. */
export async function listDurations(
  actor: Actor,
  query: z.output<typeof ExecutionFilter>,
): Promise<ExecutionDuration[]> {
  authorize(actor, 'executions:read');
  const rows = await executions.listDurations(unprepared, await withIds(query), DURATIONS_MAX);
  return rows.map(({ created, ...rest }) => ({ ...rest, created: timestamp(created) }));
}

/** @throws AppError `NOT_FOUND`, also for an execution that is none of the caller's business */
export async function getExecution(actor: Actor, id: number): Promise<Execution> {
  mayRead(actor, id);
  return toExecution(await existing(id));
}

/**
 * A waiting execution is cancelled here and now; a running one is asked to stop, and its worker settles it. Children
 * follow as its `cancellation_policy` says. Asking twice is fine.
 *
 * @throws AppError `CONFLICT` when it has already ended
 */
export async function cancelExecution(
  actor: Actor,
  id: number,
  reason?: string,
): Promise<Execution> {
  authorize(actor, 'executions:cancel');
  const request = { by: actorName(actor), reason: reason ?? null };
  await inTransaction(async (tx) => {
    const { ended, asked } = await cancelWithChildren(tx, id, request);
    if (ended.length + asked.length === 0) {
      const { status } = await existing(id, tx);
      if (isFinal(status))
        throw new AppError('CONFLICT', `Execution ${id} has already ended: ${status}.`, {
          details: { status },
        });
      return;
    }
    await recordAudit(tx, {
      category: 'execution',
      eventType: 'execution.cancelled',
      outcome: 'success',
      ...by(actor),
      resource: { type: 'execution', id },
      details: { reason: request.reason, ended: [...ended], asked: [...asked] },
    });
  });
  return toExecution(await existing(id));
}

export async function listAttempts(actor: Actor, id: number): Promise<Attempt[]> {
  mayRead(actor, id);
  await existing(id);
  return (await attempts.listAttempts(sql, id)).map(toAttempt);
}

/** What the process of an attempt (the last one's) really got; null before it was about to start. */
export async function getEnvironment(
  actor: Actor,
  id: number,
  attempt?: number,
): Promise<EnvironmentContext | null> {
  mayRead(actor, id);
  await existing(id);
  const row = await attempts.findSnapshot(sql, id, attempt ?? null);
  return row && toEnvironmentContext(row);
}

export async function getExecutionStats(actor: Actor): Promise<z.infer<typeof ExecutionStats>> {
  authorize(actor, 'executions:read');
  return toStats(await executions.countByStatus(sql));
}

/** More are not counted for a page. */
const COUNTED_MAX = 10_000;

/** The same of the newest 10,000 that have ended, and of all that have not. */
export async function getNewestStats(actor: Actor): Promise<NewestStats> {
  authorize(actor, 'executions:read');
  const stats = toStats(await executions.countNewestByStatus(sql, COUNTED_MAX));
  return { ...stats, isAll: stats.total - stats.running - stats.pending < COUNTED_MAX };
}

function toStats(
  rows: readonly { status: executions.SummaryRow['status']; count: number }[],
): z.infer<typeof ExecutionStats> {
  const counts = new Map(rows.map(({ status, count }) => [status, count]));
  const of = (...statuses: executions.SummaryRow['status'][]) =>
    statuses.reduce((sum, status) => sum + (counts.get(status) ?? 0), 0);
  return {
    total: [...counts.values()].reduce((sum, count) => sum + count, 0),
    completed: of('completed'),
    failed: of('failed'),
    running: of('running', 'canceling'),
    pending: of('requested', 'scheduling', 'scheduled'),
    cancelled: of('cancelled'),
    timeout: of('timeout'),
    abandoned: of('abandoned'),
  };
}
async function existing(id: number, on: Sql = sql): Promise<executions.ExecutionRow> {
  const row = await executions.findExecution(on, id);
  if (row === null) throw notFound('execution', id);
  return row;
}
