import { randomUUID } from 'node:crypto';
import type { JsonObject } from '#lib/domain/json.ts';
import type { AttemptEnd } from '#lib/domain/attempt-status.ts';
import type { FinalStatus } from '#lib/domain/execution-status.ts';
import { EXECUTION_SCOPES } from '#server/auth/process-token.ts';
import { config } from '#server/config.ts';
import { inTransaction, sql } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { answerJobs } from '#server/queue/queue.ts';
import type { Ending } from './attempt-repository.ts';

/** A token outlives the time-out of its run by this, and never the run itself. */
const TOKEN_GRACE_SECONDS = 60;

/** An attempt that a worker has claimed, and all that it needs to run it. */
export interface ClaimedAttempt {
  readonly id: number;
  readonly execution_id: number;
  readonly number: number;
  readonly action_ref: string;
  readonly pack_ref: string;
  readonly rule_ref: string | null;
  readonly trigger_ref: string | null;
  readonly trace_tag: string | null;
  readonly identity_id: number | null;
  readonly config: JsonObject;
  readonly secret_config: Buffer | null;
  readonly env_vars: Record<string, string>;
  readonly timeout_seconds: number;
  readonly entrypoint: string;
  readonly runner_type: string;
  readonly is_adhoc: boolean;
  readonly parameter_delivery: 'stdin' | 'file';
  readonly parameter_format: 'json' | 'dotenv' | 'yaml';
  readonly output_format: 'text' | 'json' | 'yaml' | 'jsonl';
  readonly param_schema: unknown;
  readonly action_env: Record<string, string>;
  readonly pack_version: string;
  readonly pack_digest: string | null;
  readonly pack_path: string | null;
  readonly token: {
    readonly jti: string;
    readonly scopes: readonly string[];
    readonly issued_at: Date;
    readonly expires_at: Date;
  };
  /** The last chunk of output so far, of earlier attempts; -1 = none. */
  readonly last_seq: number;
}

export interface Claimer {
  readonly workerId: number;
  /** Id of the key that will sign the tokens. */
  readonly keyId: string;
}

interface Job {
  readonly id: string;
  readonly data: { readonly execution_id: number };
}

/**
 * Claims the executions that jobs ring for: attempt, lease, `running`, the row of the token, and the end of the job
 * commit together. What does not wait any more (cancelled, claimed by another bell) is only answered.
 *
 * @returns the attempts, at most one per execution; the caller must run them
 */
export async function claimAttempts(
  claimer: Claimer,
  jobs: readonly Job[],
): Promise<ClaimedAttempt[]> {
  const ids = [...new Set(jobs.map(({ data }) => data.execution_id))];
  return inTransaction(async (tx) => {
    const claimed = await tx.query<ClaimedAttempt>(CLAIM, [
      ids,
      claimer.workerId,
      config().LEASE_SECONDS,
      claimer.keyId,
      EXECUTION_SCOPES,
      TOKEN_GRACE_SECONDS,
      JSON.stringify(ids.map((id) => ({ execution_id: id, jti: randomUUID() }))),
    ]);
    await answerJobs(
      tx,
      jobs.map(({ id }) => id),
    );
    if (claimed.length > 0) {
      await announce(
        tx,
        'executions',
        ...claimed.map(({ execution_id }) => `execution:${execution_id}` as const),
      );
    }
    return claimed;
  });
}

const CLAIM = `
  with wanted as (
    select e.id from execution e
    where e.id = any ($1) and e.status in ('requested', 'scheduling', 'scheduled') and (e.run_after is null or e.run_after <= now())
    for update skip locked
  ), begun as (
    update execution e
    set status = 'running', worker_id = $2, attempt_count = e.attempt_count + 1, started_at = coalesce(e.started_at, now()),
        run_after = null, updated = clock_timestamp()
    from wanted where e.id = wanted.id
    returning e.*
  ), tried as (
    insert into attempt (execution_id, number, worker_id, lease_expires_at)
    select id, attempt_count, $2, now() + make_interval(secs => $3) from begun
    returning id, execution_id, number
  ), granted as (
    insert into token (jti, kind, kid, attempt_id, execution_id, identity_id, action_ref, pack_ref, scopes, expires_at)
    select j.jti, 'execution', $4, t.id, b.id, b.identity_id, b.action_ref, b.pack_ref, $5::text[],
           now() + make_interval(secs => b.timeout_seconds + $6)
    from tried t join begun b on b.id = t.execution_id
    join jsonb_to_recordset($7::jsonb) as j (execution_id bigint, jti uuid) on j.execution_id = b.id
    returning jti, attempt_id, scopes, issued_at, expires_at
  )
  select t.id, t.execution_id, t.number, b.action_ref, b.pack_ref, b.rule_ref, b.trigger_ref, b.trace_tag, b.identity_id,
         b.config, b.secret_config, b.env_vars, b.timeout_seconds, a.entrypoint, a.runner_type, a.is_adhoc,
         a.parameter_delivery, a.parameter_format, a.output_format, a.param_schema, a.env as action_env,
         p.version as pack_version, p.digest as pack_digest, p.storage_path as pack_path,
         to_jsonb(g) as token, coalesce((select max(seq) from log_chunk l where l.execution_id = b.id), -1) as last_seq
  from tried t
  join begun b on b.id = t.execution_id
  join granted g on g.attempt_id = t.id
  left join action a on a.ref = b.action_ref
  left join pack p on p.id = a.pack_id
  order by t.execution_id`;

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
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  readonly truncatedBytes: number;
  readonly masked: Readonly<Record<string, number>>;
}

/**
 * Ends an attempt, its token and its execution in one statement.
 *
 * @returns false when the attempt was not this worker's any more: nothing was written
 */
export async function settleAttempt(
  attempt: { readonly id: number; readonly execution_id: number },
  workerId: number,
  settlement: Settlement,
): Promise<boolean> {
  return inTransaction(async (tx) => {
    const rows = await tx.query(SETTLE, [
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
    ]);
    if (rows.length === 0) return false;
    await announce(tx, 'executions', `execution:${attempt.execution_id}`);
    return true;
  });
}

const SETTLE = `
  with ended as (
    update attempt
    set status = $3, ended_at = now(), end_reason = $5, exit_code = $6, signal = $7, result = $8::jsonb, ending = $9::jsonb,
        stdout_bytes = $10, stderr_bytes = $11, truncated_bytes = $12, masked = $13::jsonb
    where id = $1 and worker_id = $2 and status = 'running'
    returning id, execution_id, status
  ), revoked as (
    update token t set ended_at = now(), end_reason = ended.status from ended
    where t.attempt_id = ended.id and t.ended_at is null
  )
  update execution e
  set status = $4, end_reason = $5, result = $8::jsonb, finished_at = now(), updated = clock_timestamp()
  from ended where e.id = ended.execution_id and e.status in ('running', 'canceling')
  returning e.id`;

/** Writes down when the process of an attempt began; fenced like every write of a worker. */
export const recordStart = (
  attemptId: number,
  workerId: number,
  startedAt: Date,
  isolation: unknown,
): Promise<unknown[]> =>
  sql.query(
    `update attempt set process_started_at = $3, isolation = $4::jsonb where id = $1 and worker_id = $2 and status = 'running'`,
    [attemptId, workerId, startedAt, JSON.stringify(isolation)],
  );

/** What a process is about to get; written once, before it starts. */
export interface Snapshot {
  readonly variables: unknown;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly userName: string;
  readonly isolation: unknown;
  readonly limits: JsonObject;
  readonly runtime: string;
  readonly runtimeVersion: string | null;
  readonly packVersion: string | null;
  readonly packDigest: string | null;
}

/**
 * Keeps the snapshot of an attempt.
 *
 * @returns false when the attempt was not this worker's any more
 */
export async function recordSnapshot(
  attemptId: number,
  workerId: number,
  snapshot: Snapshot,
): Promise<boolean> {
  const rows = await sql.query(
    `insert into environment_snapshot (attempt_id, variables, command, cwd, user_name, isolation, limits, runtime,
                                       runtime_version, pack_version, pack_digest)
     select a.id, $3::jsonb, $4::jsonb, $5, $6, $7::jsonb, $8::jsonb, $9, $10, $11, $12 from attempt a
     where a.id = $1 and a.worker_id = $2 and a.status = 'running' returning 1`,
    [
      attemptId,
      workerId,
      JSON.stringify(snapshot.variables),
      JSON.stringify(snapshot.command),
      snapshot.cwd,
      snapshot.userName,
      JSON.stringify(snapshot.isolation),
      JSON.stringify(snapshot.limits),
      snapshot.runtime,
      snapshot.runtimeVersion,
      snapshot.packVersion,
      snapshot.packDigest,
    ],
  );
  return rows.length === 1;
}

/** Which of a worker's executions somebody wants to end. */
export const findCancelRequests = (
  workerId: number,
): Promise<{ attempt_id: number; by: string; reason: string | null }[]> =>
  sql.query(
    `select a.id as attempt_id, e.cancel_requested_by as by, e.cancel_reason as reason
     from attempt a join execution e on e.id = a.execution_id
     where a.worker_id = $1 and a.status = 'running' and e.status = 'canceling'`,
    [workerId],
  );
