import type { AttemptEnd } from '#lib/domain/attempt-status.ts';
import type { FinalStatus } from '#lib/domain/execution-status.ts';
import type { Isolation } from '#lib/domain/isolation.ts';
import type { JsonObject } from '#lib/domain/json.ts';
import { sql } from '#server/db/sql.ts';
import { CHANNEL } from '#server/live/announce.ts';
import type { Ending } from './attempt-repository.ts';

/** What came of an attempt. */
export interface Settlement {
  readonly attemptStatus: AttemptEnd;
  readonly executionStatus: FinalStatus;
  /** exit, timeout, cancel, worker_lost, not_started, killed, drain … */
  readonly endReason: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly result: JsonObject;
  readonly ending: Ending | null;
  /** What was really in force; null when no process was started. */
  readonly isolation: Isolation | null;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  readonly truncatedBytes: number;
  readonly masked: Readonly<Record<string, number>>;
}

/**
 * Ends an attempt, its token and its execution, and tells it, in one statement: nothing lies between them.
 *
 * @returns false when the attempt was not this worker's any more: nothing was written
 */
export async function settleAttempt(
  attempt: { readonly id: number; readonly execution_id: number },
  workerId: number,
  settlement: Settlement,
): Promise<boolean> {
  const rows = await sql.query(SETTLE, [
    attempt.id,
    workerId,
    settlement.attemptStatus,
    settlement.executionStatus,
    settlement.endReason,
    settlement.exitCode,
    settlement.signal,
    JSON.stringify(settlement.result),
    settlement.ending === null ? null : JSON.stringify(settlement.ending),
    settlement.stdoutBytes,
    settlement.stderrBytes,
    settlement.truncatedBytes,
    JSON.stringify(settlement.masked),
    settlement.isolation === null ? null : JSON.stringify(settlement.isolation),
  ]);
  return rows.length === 1;
}

const SETTLE = `
  with held as (
    select jti from token where attempt_id = $1 for update
  ), moment as materialized (
    -- After the token is held: a write by it that committed before has its time before this one.
    select clock_timestamp() as at from (select count(*) from held) writers
  ), ended as (
    update attempt
    set status = $3, ended_at = moment.at, end_reason = $5, exit_code = $6, signal = $7, result = $8::jsonb, ending = $9::jsonb,
        stdout_bytes = $10, stderr_bytes = $11, truncated_bytes = $12, masked = $13::jsonb, isolation = coalesce($14::jsonb, isolation)
    from moment where id = $1 and worker_id = $2 and status = 'running'
    returning id, execution_id, status, ended_at
  ), revoked as (
    update token t set ended_at = ended.ended_at, end_reason = ended.status from ended
    where t.attempt_id = ended.id and t.ended_at is null
  ), moved as (
    update execution e
    set status = $4, end_reason = $5, result = $8::jsonb, finished_at = ended.ended_at, updated = clock_timestamp()
    from ended where e.id = ended.execution_id and e.status in ('running', 'canceling')
    returning e.id
  )
  select pg_notify('${CHANNEL}', 'executions execution:' || id) from moved`;
