import type { Attempt } from '#lib/contracts/executions.ts';
import { counted } from './part.ts';
import { formatDuration, formatSeconds, msBetween } from '#lib/format.ts';

/** What is known of one try of a run. */
export type AttemptFacts = Pick<
  Attempt,
  | 'number'
  | 'status'
  | 'claimed_at'
  | 'process_started_at'
  | 'ended_at'
  | 'exit_code'
  | 'signal'
  | 'signals'
  | 'end_reason'
  | 'processes_left'
  | 'processes_ended'
  | 'kill_unproven'
  | 'worker_name'
>;

interface Clocks {
  readonly timeout_seconds: number | null;
  readonly deadline_seconds?: number | null | undefined;
}

/** How one try ended: `failed with exit code 1`, `timed out after 30 s`, `was lost with its worker vm-1`. */
export function attemptWords(attempt: AttemptFacts, clocks: Clocks): string {
  const { status, end_reason: reason, worker_name: worker } = attempt;
  switch (status) {
    case 'running':
      return attempt.process_started_at === null ? 'is being started' : 'is running';
    case 'completed':
      return 'completed';
    case 'cancelled':
      return 'was cancelled';
    case 'timeout':
      return timeoutWords(reason, clocks);
    case 'failed':
      return reason === 'not_started' ? 'could not be started' : failureWords(attempt);
    case 'lost':
      return lossWords(reason, worker ?? 'that ran it');
  }
}

function timeoutWords(
  reason: string | null,
  { timeout_seconds: limit, deadline_seconds: deadline }: Clocks,
): string {
  if (reason === 'deadline')
    return `ran into the deadline${deadline == null ? '' : ` of ${formatSeconds(deadline)}`} for the whole run`;
  const after = limit === null ? '' : ` after ${formatSeconds(limit)}`;
  return reason === 'overdue'
    ? `timed out${after} and was not ended by its worker`
    : `timed out${after}`;
}

function failureWords({ exit_code: code, signal }: AttemptFacts): string {
  if (signal !== null) return `was killed by ${signal}, which the platform did not send`;
  return code === null ? 'failed' : `failed with ${exitWords(code)}`;
}

function lossWords(reason: string | null, worker: string): string {
  switch (reason) {
    case 'worker_stopped':
      return `was stopped with its worker ${worker}`;
    case 'lease_lost':
      return `was stopped, for its worker ${worker} could not renew its lease`;
    case 'never_started':
      return 'never started a process';
    case null:
    default:
      return `was lost with its worker ${worker}`;
  }
}

const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  6: 'SIGABRT',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
};

/**
 * `exit code 3`. Shells say 128 + n for a child that a signal ended: that is an exit all the same, and said so, for
 * the process itself was killed by nobody.
 */
export function exitWords(code: number): string {
  const signal = SIGNALS[code - 128];
  return signal === undefined
    ? `exit code ${code}`
    : `exit code ${code} (its own: a shell says so of a child that ${signal} ended)`;
}

/** When its process began, as near as we know. */
export const attemptBegan = ({ process_started_at: start, claimed_at: claimed }: AttemptFacts) =>
  start ?? claimed;

/** `SIGTERM at 30.0 s, SIGKILL at 40.0 s, nothing left`; counted from the start of the process. */
export function killWords(attempt: AttemptFacts): string {
  const began = attemptBegan(attempt);
  const signals = attempt.signals.map(({ signal, at }) => {
    const ms = msBetween(began, at);
    return ms === null ? signal : `${signal} at ${formatDuration(ms)}`;
  });
  return [...signals, leftWords(attempt)].filter(Boolean).join(', ');
}

function leftWords({
  processes_left: left,
  processes_ended: ended,
  kill_unproven: unproven,
  signals,
}: AttemptFacts) {
  if (unproven) return 'whether a process is left is not proven';
  if (left === null || (left === 0 && signals.length === 0)) return '';
  // Null: the kernel ended them with their namespace, and nobody counted.
  const behind =
    ended === null || ended === 0 ? '' : `${counted(ended, 'process', 'processes')} ended, `;
  return `${behind}${left === 0 ? 'nothing' : counted(left, 'process', 'processes')} left`;
}
