import type { JsonObject } from '#lib/domain/json.ts';
import type { Tx } from '#server/db/sql.ts';

/** Statuses in which nothing of an execution runs. */
export const WAITING = `('requested', 'scheduling', 'scheduled')`;

/** The end of an execution that waits: it never runs (again). */
export interface WaitEnd {
  readonly id: number;
  readonly status: 'cancelled' | 'timeout' | 'failed';
  /** cancel, queue_timeout, deadline, concurrency_limit, replaced, quarantined */
  readonly end_reason: string;
  readonly error: string;
}

/**
 * Ends executions that still wait. Whoever hears their bell later finds nothing to do.
 *
 * @returns the ids of those that did wait
 */
export async function endWaiting(tx: Tx, ends: readonly WaitEnd[]): Promise<number[]> {
  if (ends.length === 0) return [];
  const rows = await tx.query<{ id: number }>(
    `update execution e
     set status = i.status, end_reason = i.end_reason, result = i.result, run_after = null, queue_deadline_at = null,
         finished_at = clock_timestamp(), updated = clock_timestamp()
     from jsonb_to_recordset($1::jsonb) as i (id bigint, status text, end_reason text, result jsonb)
     where e.id = i.id and e.status in ${WAITING} returning e.id`,
    [JSON.stringify(ends.map((end) => ({ ...end, result: resultOf(end) })))],
  );
  return rows.map(({ id }) => id);
}

const resultOf = ({ status, end_reason, error }: WaitEnd): JsonObject => ({
  succeeded: false,
  ...(status === 'cancelled' && { cancelled: true }),
  ...(status === 'timeout' && { timed_out: true, clock: `${end_reason}_seconds` }),
  error,
});
