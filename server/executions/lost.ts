import type { RetryPolicy } from '#lib/domain/backoff.ts';
import { nextStep } from '#lib/domain/next-attempt.ts';
import { inTransaction, isDataRefused, sql, sqlState, type Tx } from '#server/db/sql.ts';
import { log } from '#server/log.ts';
import type { AttemptEnd } from '#lib/domain/attempt-status.ts';
import { type AttemptToEnd, type EndedExecution, endAttempts } from './end-attempts.ts';
import { consequenceOf } from './settle.ts';

/** A living worker that has not ended an attempt this long after its time-out and grace never will. */
const OVERDUE_SECONDS = 120;
const AT_ONCE_MAX = 200;

interface LostAttempt {
  readonly id: number;
  readonly worker_id: number;
  readonly epoch: number;
  readonly number: number;
  readonly max_retries: number;
  readonly idempotent: boolean;
  readonly retry_on_timeout: boolean;
  readonly retry_policy: RetryPolicy | null;
  readonly concurrency_key: string | null;
  readonly timeout_seconds: number;
  readonly worker_name: string | null;
  readonly worker_host: string | null;
  readonly last_sign: string | null;
  readonly crashes: number;
  readonly uncounted: number;
}

const LOST = `
  select a.id, a.worker_id, a.epoch, a.number, e.max_retries, e.idempotent, e.retry_on_timeout, e.retry_policy, e.concurrency_key,
         e.timeout_seconds, w.name as worker_name, w.host as worker_host,
         to_char(greatest(w.last_heartbeat, a.lease_expires_at - make_interval(secs => $1)) at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') as last_sign,
         (select count(*) from attempt x where x.execution_id = a.execution_id and x.end_reason = 'worker_lost') as crashes,
         (select count(*) from attempt x where x.execution_id = a.execution_id and x.end_reason = 'never_started') as uncounted
  from attempt a join execution e on e.id = a.execution_id left join worker w on w.id = a.worker_id
  where a.status = 'running' and `;

/** How long a worker is waited for: its lease, and a grace for a stopped database or a paused machine. */
interface Patience {
  readonly leaseSeconds: number;
  readonly graceSeconds: number;
}

/** Ends the attempts of workers that gave no sign of life. */
export const settleLost = ({ leaseSeconds, graceSeconds }: Patience): Promise<EndedExecution[]> =>
  endEach(
    {
      text: `a.lease_expires_at < now() - make_interval(secs => $2)`,
      values: [leaseSeconds, graceSeconds],
    },
    { status: 'lost', reason: 'worker_lost', sentence: sentenceOfLoss },
  );

/**
 * Ends attempts whose worker lives and renews, but has let them run far beyond their time-out. It loses them by this,
 * and kills what it finds.
 */
export const settleOverdue = (
  leaseSeconds: number,
  killGraceSeconds: number,
): Promise<EndedExecution[]> =>
  endEach(
    {
      text: `a.claimed_at < now() - make_interval(secs => e.timeout_seconds + $2)`,
      values: [leaseSeconds, killGraceSeconds + OVERDUE_SECONDS],
    },
    { status: 'timeout', reason: 'overdue', sentence: sentenceOfDelay },
  );

/**
 * Ends attempts that a worker holds without knowing it: the answer to its claim was lost. Their process never started,
 * so another attempt does no harm; one whose process may have started is left to its lease.
 *
 * @param afterMs how old the claim must be; less than the patience with which others wait, or they call the worker dead
 */
export const settleUnknown = (
  workerId: number,
  known: readonly number[],
  afterMs: number,
): Promise<EndedExecution[]> =>
  endEach(
    {
      text: `a.worker_id = $2 and not a.id = any ($3) and a.claimed_at < now() - make_interval(secs => $4)
        and a.process_started_at is null and not exists (select 1 from environment_snapshot s where s.attempt_id = a.id)`,
      values: [0, workerId, known, afterMs / 1000],
    },
    { status: 'lost', reason: 'never_started', sentence: sentenceOfNoStart },
  );

interface Which {
  readonly text: string;
  /** The first is the lease, in seconds. */
  readonly values: readonly unknown[];
}

interface How {
  readonly status: AttemptEnd;
  readonly reason: string;
  readonly sentence: (attempt: LostAttempt) => string;
}

/** `55P03`: somebody holds the lock of the key; the next sweep tries again. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * All attempts without a limit in one transaction; one by one when the database refuses one of them, so that a bad row
 * does not hold up the others. Those under a limit always one by one, and without much patience: whoever holds the lock
 * of a key may itself be the one that was lost.
 */
async function endEach(which: Which, how: How): Promise<EndedExecution[]> {
  const at = `$${which.values.length + 1}`;
  const take = (tx: Tx, more: string, value: unknown) =>
    tx.query<LostAttempt>(
      `${LOST} ${which.text} and ${more} order by a.id limit ${AT_ONCE_MAX} for update of a skip locked`,
      [...which.values, value],
    );
  const one = (id: number) =>
    inTransaction(async (tx) => {
      await tx.query(`set local lock_timeout = '500ms'`);
      return end(tx, await take(tx, `a.id = ${at}`, id), how);
    });
  const ended: EndedExecution[] = [];
  let areTogether = true;
  try {
    ended.push(
      ...(await inTransaction(async (tx) =>
        end(tx, await take(tx, `e.concurrency_key is null and ${at}::bool`, true), how),
      )),
    );
  } catch (error) {
    if (!isDataRefused(error)) throw error;
    areTogether = false;
  }
  const others = await sql.query<{ id: number }>(
    `select found.id from (${LOST} ${which.text} and (e.concurrency_key is not null or not ${at}::bool) order by a.id limit ${AT_ONCE_MAX}) found`,
    [...which.values, areTogether],
  );
  for (const { id } of others) {
    try {
      ended.push(...(await one(id)));
    } catch (error) {
      if (isDataRefused(error))
        log.error({ err: error, attempt: id }, 'an attempt cannot be ended');
      else if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error;
    }
  }
  return ended;
}

async function end(
  tx: Tx,
  attempts: readonly LostAttempt[],
  { status: attemptStatus, reason: endReason, sentence }: How,
): Promise<EndedExecution[]> {
  return endAttempts(
    tx,
    attempts.map((attempt): AttemptToEnd => {
      const next = nextStep({
        end: attemptStatus,
        reason: endReason,
        number: attempt.number,
        maxRetries: attempt.max_retries,
        idempotent: attempt.idempotent,
        retryOnTimeout: attempt.retry_on_timeout,
        policy: attempt.retry_policy,
        uncounted: attempt.uncounted,
        crashes: attempt.crashes + (endReason === 'worker_lost' ? 1 : 0),
        random: Math.random(),
      });
      const consequence = consequenceOf(next, { attemptStatus, endReason });
      return {
        fence: { id: attempt.id, worker_id: attempt.worker_id, epoch: attempt.epoch },
        concurrencyKey: attempt.concurrency_key,
        wasSuspect: attempt.crashes > 0,
        attemptStatus,
        endReason,
        ...consequence,
        processStartedAt: null,
        exitCode: null,
        signal: null,
        result: {
          succeeded: false,
          ...(attemptStatus === 'timeout' && { timed_out: true }),
          error: `${sentence(attempt)}${consequence.finalReason === 'quarantined' ? QUARANTINED : ''}`,
        },
        // Where the worker died in a namespace of its own the kernel saw to it; but nobody is left to vouch for it.
        ending:
          endReason === 'never_started'
            ? null
            : { signals: [], left: null, kill_proven: false, processes_ended: null },
        isolation: null,
        stdoutBytes: 0,
        stderrBytes: 0,
        truncatedBytes: 0,
        masked: {},
      };
    }),
  );
}

const QUARANTINED =
  ' It was the second worker that died while running this: it is quarantined and not tried again.';

const sentenceOfLoss = ({
  worker_name: name,
  worker_host: host,
  last_sign: last,
}: LostAttempt): string =>
  `The worker ${name ?? 'unknown'} on ${host ?? 'an unknown host'} was lost: its last sign of life was at ${last ?? 'an unknown time'}. The action may or may not have done its work.`;

const sentenceOfDelay = ({ timeout_seconds: seconds, worker_name: name }: LostAttempt): string =>
  `The worker ${name ?? 'unknown'} did not end this run after its time-out of ${seconds} s. It was taken from it; whether its processes are gone is not known.`;

const sentenceOfNoStart = ({ worker_name: name }: LostAttempt): string =>
  `The worker ${name ?? 'unknown'} never learned that this attempt was its own; no process was started.`;
