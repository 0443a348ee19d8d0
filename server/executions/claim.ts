import { randomUUID } from 'node:crypto';
import type { RetryPolicy } from '#lib/domain/backoff.ts';
import type { JsonObject } from '#lib/domain/json.ts';
import type { Grant } from '#lib/domain/grant.ts';
import { boundsOf } from '#server/auth/restriction.ts';
import { EXECUTION_SCOPES } from '#server/auth/process-token.ts';
import { config } from '#server/config.ts';
import { inTransaction, type Tx } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { answerJobs, ringFor } from '#server/queue/queue.ts';
import { log } from '#server/log.ts';
import { barredWorker, isCordoned, NOT_BARRED } from '#server/workers/cordon.ts';
import { admit } from './concurrency.ts';
import type { AttemptFence } from './fence.ts';
import { findBound, isSuspect, ringForSuspectsSoon, takeSuspectTurn } from './suspects.ts';

/** A token outlives the time-out of its run by this, and never the run itself. */
const TOKEN_GRACE_SECONDS = 60;

/** An attempt that a worker has claimed, and all that it needs to run it. */
export interface ClaimedAttempt extends AttemptFence {
  /** When its lease was asked for, in ms since this process began. */
  readonly asked_at: number;
  readonly execution_id: number;
  readonly number: number;
  readonly action_ref: string;
  readonly pack_ref: string;
  readonly rule_ref: string | null;
  readonly trigger_ref: string | null;
  readonly trace_tag: string | null;
  readonly identity_id: number | null;
  /** What it may do at most, when a restricted API token asked for it; null: nothing bounds it. */
  readonly bounds: Grant[] | null;
  readonly config: JsonObject;
  readonly secret_config: Buffer | null;
  readonly env_vars: Record<string, string>;
  readonly timeout_seconds: number;
  /** What is left for the whole execution; null = no limit. */
  readonly deadline_in_ms: number | null;
  readonly max_retries: number;
  readonly idempotent: boolean;
  readonly retry_on_timeout: boolean;
  readonly retry_policy: RetryPolicy | null;
  /** Earlier attempts that cost no retry: their process never started. */
  readonly uncounted: number;
  /** Earlier attempts that ended because their worker died. */
  readonly crashes: number;
  readonly concurrency_key: string | null;
  readonly entrypoint: string;
  readonly runner_type: string;
  readonly is_adhoc: boolean;
  readonly parameter_delivery: 'stdin' | 'file';
  readonly parameter_format: 'json' | 'dotenv' | 'yaml';
  readonly output_format: 'text' | 'json' | 'yaml' | 'jsonl';
  readonly param_schema: unknown;
  readonly action_env: Record<string, string>;
  /** What the action says that a run may use. */
  readonly action_limits: unknown;
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
 * commit together. What does not wait any more (cancelled, claimed by another bell) is only answered. Those that need a
 * turn, below a concurrency limit or as suspects, follow in a transaction of their own, so that nobody waits for the
 * lock of a key that is not his.
 *
 * @returns the attempts, at most one per execution; the caller must run them
 */
export async function claimAttempts(
  claimer: Claimer,
  jobs: readonly Job[],
): Promise<ClaimedAttempt[]> {
  const { claimed, bound } = await claimFree(claimer, jobs);
  if (bound.length === 0) return claimed;
  try {
    return [...claimed, ...(await claimInTurn(claimer, bound))];
  } catch (error) {
    if (claimed.length === 0) throw error;
    // What has been claimed must run; for the others the sweep rings again.
    log.warn({ err: error }, 'waiting executions could not be claimed');
    return claimed;
  }
}

interface BoundJob extends Job {
  readonly isLimited: boolean;
  readonly isSuspect: boolean;
}

const claimFree = (
  claimer: Claimer,
  jobs: readonly Job[],
): Promise<{ claimed: ClaimedAttempt[]; bound: BoundJob[] }> =>
  inTransaction(async (tx) => {
    const ids = idsOf(jobs);
    const claimed = await claim(tx, claimer, ids, false);
    const left = ids.filter((id) => !claimed.some((attempt) => attempt.execution_id === id));
    if (left.length > 0 && (await isCordoned(claimer.workerId, tx))) {
      await handBack(tx, jobs, claimed);
      return { claimed, bound: [] };
    }
    const needTurn = left.length === 0 ? [] : await findBound(tx, left);
    const bound = jobs.flatMap((job) => {
      const found = needTurn.find(({ id }) => id === job.data.execution_id);
      return found === undefined
        ? []
        : [{ ...job, isLimited: found.is_limited, isSuspect: found.is_suspect }];
    });
    await answer(
      tx,
      jobs.filter(({ id }) => !bound.some((job) => job.id === id)),
      claimed,
    );
    return { claimed, bound };
  });

const claimInTurn = (claimer: Claimer, jobs: readonly BoundJob[]): Promise<ClaimedAttempt[]> =>
  inTransaction(async (tx) => {
    const suspects = idsOf(jobs.filter((job) => job.isSuspect));
    const limited = idsOf(jobs.filter((job) => job.isLimited));
    const admitted = limited.length === 0 ? [] : await admit(tx, limited);
    const free = suspects.filter((id) => !limited.includes(id) || admitted.includes(id));
    const turn = await takeSuspectTurn(tx, claimer.workerId, free);
    const due = [...admitted.filter((id) => !suspects.includes(id)), ...turn];
    const claimed = due.length === 0 ? [] : await claim(tx, claimer, due, true);
    await answer(tx, jobs, claimed);
    if (free.length > turn.length) await ringForSuspectsSoon(tx);
    return claimed;
  });

/** It was cordoned after it had heard these bells: they ring again, for somebody else. */
async function handBack(
  tx: Tx,
  jobs: readonly Job[],
  claimed: readonly ClaimedAttempt[],
): Promise<void> {
  await answer(tx, jobs, claimed);
  await ringFor(
    tx,
    idsOf(jobs).filter((id) => !claimed.some((attempt) => attempt.execution_id === id)),
  );
  await announce(tx, 'jobs');
}

const idsOf = (jobs: readonly Job[]): number[] => [
  ...new Set(jobs.map(({ data }) => data.execution_id)),
];

async function answer(
  tx: Tx,
  jobs: readonly Job[],
  claimed: readonly ClaimedAttempt[],
): Promise<void> {
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
}

async function claim(
  tx: Tx,
  { workerId, keyId }: Claimer,
  ids: readonly number[],
  isTurn: boolean,
): Promise<ClaimedAttempt[]> {
  const askedAt = performance.now();
  const rows = await tx.query<Omit<ClaimedAttempt, 'asked_at'>>(CLAIM, [
    ids,
    workerId,
    config().LEASE_SECONDS,
    keyId,
    EXECUTION_SCOPES,
    TOKEN_GRACE_SECONDS,
    JSON.stringify(ids.map((id) => ({ execution_id: id, jti: randomUUID() }))),
    isTurn,
  ]);
  return rows.map((row) => ({ ...row, asked_at: askedAt }));
}

const CLAIM = `
  with ${barredWorker('$2')}, wanted as (
    select e.id from execution e
    where ${NOT_BARRED} and e.id = any ($1) and e.status in ('requested', 'scheduling', 'scheduled') and (e.run_after is null or e.run_after <= now())
      and (e.queue_deadline_at is null or e.queue_deadline_at > now()) and (e.deadline_at is null or e.deadline_at > now())
      and ($8 or (e.concurrency_key is null and not ${isSuspect('e')}))
    for update skip locked
  ), begun as (
    update execution e
    set status = 'running', worker_id = $2, attempt_count = e.attempt_count + 1, started_at = coalesce(e.started_at, now()),
        run_after = null, queue_deadline_at = null, updated = clock_timestamp()
    from wanted where e.id = wanted.id
    returning e.*
  ), tried as (
    insert into attempt (execution_id, number, worker_id, lease_expires_at)
    select id, attempt_count, $2, clock_timestamp() + make_interval(secs => $3) from begun
    returning id, execution_id, number, epoch
  ), granted as (
    insert into token (jti, kind, kid, attempt_id, execution_id, identity_id, action_ref, pack_ref, scopes, expires_at)
    select j.jti, 'execution', $4, t.id, b.id, b.identity_id, b.action_ref, b.pack_ref, $5::text[],
           now() + make_interval(secs => b.timeout_seconds + $6)
    from tried t join begun b on b.id = t.execution_id
    join jsonb_to_recordset($7::jsonb) as j (execution_id bigint, jti uuid) on j.execution_id = b.id
    returning jti, attempt_id, scopes, issued_at, expires_at
  )
  select t.id, t.execution_id, t.number, t.epoch, $2::int as worker_id, b.action_ref, b.pack_ref, b.rule_ref, b.trigger_ref, b.trace_tag, b.identity_id,
         ${boundsOf('b.restricted_to')} as bounds,
         b.config, b.secret_config, b.env_vars, b.timeout_seconds,
         ceil(extract(epoch from b.deadline_at - now()) * 1000)::int8 as deadline_in_ms, b.max_retries, b.idempotent, b.retry_on_timeout,
         b.retry_policy, b.concurrency_key,
         case when t.number = 1 then 0 else (select count(*) from attempt x where x.execution_id = b.id and x.end_reason = 'worker_lost') end as crashes,
         case when t.number = 1 then 0 else (select count(*) from attempt x where x.execution_id = b.id and x.end_reason = 'never_started') end as uncounted,
         a.entrypoint, a.runner_type, a.is_adhoc,
         a.parameter_delivery, a.parameter_format, a.output_format, a.param_schema, a.env as action_env, a.limits as action_limits,
         p.version as pack_version, p.digest as pack_digest, p.storage_path as pack_path,
         to_jsonb(g) as token, coalesce((select max(seq) from log_chunk l where l.execution_id = b.id), -1) as last_seq
  from tried t
  join begun b on b.id = t.execution_id
  join granted g on g.attempt_id = t.id
  left join action a on a.ref = b.action_ref
  left join pack p on p.id = a.pack_id
  order by t.execution_id`;
