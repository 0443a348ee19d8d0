import { randomUUID } from 'node:crypto';
import type { JsonObject } from '#lib/domain/json.ts';
import { EXECUTION_SCOPES } from '#server/auth/process-token.ts';
import { config } from '#server/config.ts';
import { inTransaction } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { answerJobs } from '#server/queue/queue.ts';

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
