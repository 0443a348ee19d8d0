import type { AttemptEnd } from '#lib/domain/attempt-status.ts';
import type { ExecutionStatus, FinalStatus } from '#lib/domain/execution-status.ts';
import type { Isolation } from '#lib/domain/isolation.ts';
import type { JsonObject } from '#lib/domain/json.ts';
import type { Sql, Tx } from '#server/db/sql.ts';
import { announce, CHANNEL } from '#server/live/announce.ts';
import { ringLater } from '#server/queue/queue.ts';
import type { Ending } from './attempt-repository.ts';
import { lockLimits, ringNext } from './concurrency.ts';
import type { AttemptFence } from './fence.ts';
import { ringForSuspects } from './suspects.ts';

/** What came of an attempt, and of its execution if this was the last one. */
export interface AttemptResult {
  readonly attemptStatus: AttemptEnd;
  readonly executionStatus: FinalStatus;
  /** Why the attempt ended: exit, killed, timeout, deadline, cancel, worker_lost, worker_stopped, not_started … */
  readonly endReason: string;
  /** Why the execution did, which may be more: quarantined. */
  readonly finalReason: string;
  /** Another attempt follows after this wait, unless it was cancelled or its deadline lies before; null = none. */
  readonly retryDelayMs: number | null;
  /** Null when no process was started, or when nobody is left who knows. */
  readonly processStartedAt: Date | null;
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

export interface AttemptToEnd extends AttemptResult {
  readonly fence: AttemptFence;
  readonly concurrencyKey: string | null;
  /** Whether a worker had died under it before: its end is the turn of another one. */
  readonly wasSuspect: boolean;
}

/** An execution whose attempt has ended: for good, or until its next try. */
export interface EndedExecution {
  readonly id: number;
  readonly status: ExecutionStatus;
  readonly run_after: Date | null;
}

/**
 * Ends attempts, their tokens and their executions, or sets the time of the next try and rings for it; frees their
 * places below concurrency limits. One statement moves everything, so nothing lies between.
 *
 * @returns the executions that moved; an attempt that was in other hands by now moves nothing
 */
export async function endAttempts(
  tx: Tx,
  ends: readonly AttemptToEnd[],
): Promise<EndedExecution[]> {
  if (ends.length === 0) return [];
  const keys = ends.flatMap(({ concurrencyKey }) => concurrencyKey ?? []);
  await lockLimits(tx, keys);
  const moved = await moveRows(tx, ends);
  const again = moved.filter(({ status }) => status === 'scheduled');
  await ringLater(
    tx,
    again.map(({ id, run_after: at }) => ({ id, at })),
  );
  if (again.length > 0) await announce(tx, 'jobs');
  await ringNext(tx, keys);
  if (ends.some(({ wasSuspect }) => wasSuspect))
    await ringForSuspects(tx, { inMs: 0, again: true });
  return moved;
}

/** Only the rows: for an end after which nothing needs to be rung for. */
export const moveRows = (on: Sql, ends: readonly AttemptToEnd[]): Promise<EndedExecution[]> =>
  on.query<EndedExecution>(MOVE, [
    JSON.stringify(
      ends.map((end) => ({
        ...end.fence,
        attempt_status: end.attemptStatus,
        execution_status: end.executionStatus,
        end_reason: end.endReason,
        final_reason: end.finalReason,
        retry_delay_seconds: end.retryDelayMs === null ? null : end.retryDelayMs / 1000,
        process_started_at: end.processStartedAt,
        exit_code: end.exitCode,
        signal: end.signal,
        result: end.result,
        ending: end.ending,
        isolation: end.isolation,
        stdout_bytes: end.stdoutBytes,
        stderr_bytes: end.stderrBytes,
        truncated_bytes: end.truncatedBytes,
        masked: end.masked,
      })),
    ),
  ]);

/** Whether there is another try: nobody has asked for the end meanwhile, and the deadline leaves room for it. */
const AGAIN = `(i.retry_delay_seconds is not null and e.status = 'running'
  and (e.deadline_at is null or e.deadline_at > ended.ended_at + make_interval(secs => i.retry_delay_seconds)))`;

const MOVE = `
  with input as materialized (
    select * from jsonb_to_recordset($1::jsonb) as (
      id bigint, worker_id int, epoch bigint, attempt_status text, execution_status text, end_reason text, final_reason text,
      retry_delay_seconds float8, process_started_at timestamptz, exit_code int, signal text, result jsonb, ending jsonb, isolation jsonb,
      stdout_bytes bigint, stderr_bytes bigint, truncated_bytes bigint, masked jsonb)
  ), held as materialized (
    select t.jti from token t where t.attempt_id in (select id from input) order by t.jti for update
  ), moment as materialized (
    -- After the tokens are held: a write by them that committed before has its time before this one.
    select clock_timestamp() as at from (select count(*) from held) writers
  ), ended as (
    update attempt a
    set status = i.attempt_status, ended_at = moment.at, end_reason = i.end_reason, exit_code = i.exit_code, signal = i.signal,
        -- Who wrote it down when it started may not have been heard.
        process_started_at = coalesce(a.process_started_at, i.process_started_at),
        result = i.result, ending = i.ending, isolation = coalesce(i.isolation, a.isolation), stdout_bytes = i.stdout_bytes,
        stderr_bytes = i.stderr_bytes, truncated_bytes = i.truncated_bytes, masked = i.masked
    from input i, moment
    where a.id = i.id and a.worker_id = i.worker_id and a.epoch = i.epoch and a.status = 'running'
    returning a.id, a.execution_id, a.status, a.ended_at
  ), revoked as (
    update token t set ended_at = ended.ended_at, end_reason = ended.status from ended
    where t.attempt_id = ended.id and t.ended_at is null
  ), moved as (
    update execution e
    set status = case when ${AGAIN} then 'scheduled' else i.execution_status end,
        end_reason = case when ${AGAIN} then null else i.final_reason end,
        result = case when ${AGAIN} then null else i.result end,
        finished_at = case when ${AGAIN} then null else ended.ended_at end,
        run_after = case when ${AGAIN} then ended.ended_at + make_interval(secs => i.retry_delay_seconds) end,
        queue_deadline_at = case when ${AGAIN}
          then ended.ended_at + make_interval(secs => i.retry_delay_seconds + e.queue_timeout_seconds) end,
        updated = clock_timestamp()
    from ended join input i on i.id = ended.id
    where e.id = ended.execution_id and e.status in ('running', 'canceling')
    returning e.id, e.status, e.run_after
  ), told as materialized (
    select pg_notify('${CHANNEL}', 'executions ' || string_agg('execution:' || id, ' ')) from moved having count(*) > 0
  )
  select id, status, run_after from moved, (select count(*) from told) heard`;
