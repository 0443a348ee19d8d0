import { inTransaction } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { endWaiting, type WaitEnd, WAITING } from './waiting.ts';

const AT_ONCE_MAX = 500;

interface LateRow {
  readonly id: number;
  readonly status: string;
  readonly run_after: Date | null;
  readonly is_past_deadline: boolean;
  readonly queue_timeout_seconds: number | null;
  readonly deadline_seconds: number | null;
  readonly concurrency_key: string | null;
  readonly concurrency_limit: number | null;
}

/**
 * Ends executions that have waited too long: for a worker (`queue_timeout`), or for anything (`deadline`). The third
 * clock, of a running attempt, is the process host's.
 *
 * @returns how many
 */
export const endLateWaits = (): Promise<number> =>
  inTransaction(async (tx) => {
    const late = await tx.query<LateRow>(
      `select id, status, run_after, coalesce(deadline_at <= now(), false) as is_past_deadline, queue_timeout_seconds,
              deadline_seconds, concurrency_key, concurrency_limit
       from execution where status in ${WAITING} and (queue_deadline_at <= now() or deadline_at <= now())
       order by id limit $1 for update skip locked`,
      [AT_ONCE_MAX],
    );
    const ended = await endWaiting(tx, late.map(toEnd));
    if (ended.length > 0)
      await announce(tx, 'executions', ...ended.map((id) => `execution:${id}` as const));
    return ended.length;
  });

function toEnd(row: LateRow): WaitEnd {
  return row.is_past_deadline
    ? {
        id: row.id,
        status: 'timeout',
        end_reason: 'deadline',
        error: `The deadline of ${row.deadline_seconds ?? 0} s for the whole execution passed while it waited for ${waitOf(row)} (deadline_seconds)`,
      }
    : {
        id: row.id,
        status: 'timeout',
        end_reason: 'queue_timeout',
        error: `Waited longer than ${row.queue_timeout_seconds ?? 0} s for ${waitOf(row)} (queue_timeout_seconds)`,
      };
}

function waitOf({
  status,
  run_after: at,
  concurrency_key: key,
  concurrency_limit: limit,
}: LateRow): string {
  if (status === 'scheduling' && key === null)
    return 'its turn: a worker died under it, so it runs beside no other such run';
  if (status === 'scheduling') return `its turn below the limit of ${limit ?? 0} for ${key ?? ''}`;
  return at !== null && at > new Date() ? 'its next try' : 'a worker';
}
