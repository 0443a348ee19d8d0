import type { Attempt, Execution } from '#lib/contracts/executions.ts';
import { formatDuration, formatSeconds, msBetween } from '#lib/format.ts';

/** What is known of a run in a list: enough for a shorter sentence. */
export type RunFacts = Pick<
  Execution,
  | 'status'
  | 'created'
  | 'started_at'
  | 'finished_at'
  | 'end_reason'
  | 'exit_code'
  | 'error'
  | 'timeout_seconds'
  | 'attempt_count'
> &
  Partial<
    Pick<
      Execution,
      'run_after' | 'cancel_requested_at' | 'cancel_requested_by' | 'cancel_reason' | 'max_retries'
    >
  >;

type AttemptFacts = Pick<
  Attempt,
  | 'number'
  | 'claimed_at'
  | 'process_started_at'
  | 'ended_at'
  | 'exit_code'
  | 'signal'
  | 'signals'
  | 'processes_left'
  | 'worker_name'
>;

/**
 * What is so with a run, in one sentence.
 *
 * @param attempts oldest first; may be empty where only the run is known
 */
export function executionSentence(
  run: RunFacts,
  attempts: readonly AttemptFacts[],
  nowMs: number,
): string {
  const last = attempts.at(-1) ?? null;
  switch (run.status) {
    case 'requested':
      return `Waiting to be scheduled${waitWords(run, nowMs)}.`;
    case 'scheduling':
      return `Looking for a worker${waitWords(run, nowMs)}.`;
    case 'scheduled':
      return scheduledSentence(run, nowMs);
    case 'running':
      return runningSentence(run, last, nowMs);
    case 'canceling':
      return cancelingSentence(run, last, nowMs);
    case 'completed':
      return `Completed${inWords(run, last)}${triesWords(run)}.`;
    case 'failed':
      return `Failed: ${failureWords(run, last)}${triesWords(run)}.`;
    case 'timeout':
      return timeoutSentence(run, last);
    case 'cancelled':
      return cancelledSentence(run, last);
    case 'abandoned':
      return `Abandoned: ${shorten(run.error ?? 'its worker was lost')}; it may or may not have done its work.`;
  }
}

/** When the process began, as near as we know. */
const beganAt = (run: RunFacts, last: AttemptFacts | null): string | null =>
  last?.process_started_at ?? last?.claimed_at ?? run.started_at;

function waitWords(run: RunFacts, nowMs: number): string {
  const seconds = Math.floor((nowMs - Date.parse(run.created)) / 1_000);
  return seconds < 1 ? '' : ` for ${formatSeconds(seconds)}`;
}

function scheduledSentence(run: RunFacts, nowMs: number): string {
  const dueMs = run.run_after == null ? 0 : Date.parse(run.run_after) - nowMs;
  if (run.attempt_count > 0) {
    const when =
      dueMs > 0
        ? `in ${formatSeconds(Math.ceil(dueMs / 1_000))}`
        : 'as soon as a worker has a free slot';
    return `Attempt ${run.attempt_count} did not complete; attempt ${run.attempt_count + 1} starts ${when}.`;
  }
  return dueMs > 0
    ? `Starts in ${formatSeconds(Math.ceil(dueMs / 1_000))}.`
    : `Waiting for a worker with a free slot${waitWords(run, nowMs)}.`;
}

function runningSentence(run: RunFacts, last: AttemptFacts | null, nowMs: number): string {
  const began = beganAt(run, last);
  if (began === null) return 'Starting.';
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(began)) / 1_000));
  const limit = run.timeout_seconds === null ? '' : ` of ${formatSeconds(run.timeout_seconds)}`;
  const attempt = run.attempt_count > 1 ? `, attempt ${run.attempt_count}` : '';
  return `Running for ${formatSeconds(seconds)}${limit}${attempt}.`;
}

function cancelingSentence(run: RunFacts, last: AttemptFacts | null, nowMs: number): string {
  const sent = last?.signals.at(-1);
  const by = run.cancel_requested_by == null ? '' : ` by ${run.cancel_requested_by}`;
  if (sent === undefined) return `Being cancelled${by}: its worker has been told.`;
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(sent.at)) / 1_000));
  return `Being cancelled${by}: ${sent.signal} sent ${formatSeconds(seconds)} ago.`;
}

function inWords(run: RunFacts, last: AttemptFacts | null): string {
  const ms = msBetween(beganAt(run, last), last?.ended_at ?? run.finished_at);
  return ms === null ? '' : ` in ${formatDuration(ms)}`;
}

const triesWords = ({ attempt_count: count }: RunFacts): string =>
  count > 1 ? `, at attempt ${count}` : '';

const ERROR_CHARS_MAX = 200;

function failureWords(run: RunFacts, last: AttemptFacts | null): string {
  const signal = last?.signal ?? null;
  const exit = run.exit_code !== null ? `exit ${run.exit_code}` : signal !== null ? signal : null;
  const error = run.error === null ? null : shorten(run.error);
  // "Exited with code 3" after "exit 3" says nothing more.
  const isNews =
    error !== null &&
    !/^(process )?exited with (code|status) \d+$/i.test(error) &&
    !(signal !== null && error.includes(signal));
  if (exit === null) return error ?? `it did not start (${run.end_reason ?? 'no reason given'})`;
  return isNews ? `${exit}, ${error}` : error !== null && run.exit_code === null ? error : exit;
}

function timeoutSentence(run: RunFacts, last: AttemptFacts | null): string {
  const after = run.timeout_seconds === null ? '' : ` after ${formatSeconds(run.timeout_seconds)}`;
  const kills = killWords(run, last);
  return `Timed out${after}${kills === '' ? '' : `: ${kills}`}.`;
}

function cancelledSentence(run: RunFacts, last: AttemptFacts | null): string {
  const by = run.cancel_requested_by == null ? '' : ` by ${run.cancel_requested_by}`;
  const ms = last === null ? null : msBetween(beganAt(run, last), last.ended_at ?? run.finished_at);
  const after = ms === null ? ' before it started' : ` after ${formatDuration(ms)}`;
  const reason =
    run.cancel_reason == null || run.cancel_reason === '' ? '' : `: ${shorten(run.cancel_reason)}`;
  return `Cancelled${by}${after}${reason}.`;
}

/** `SIGTERM at 30.0 s, SIGKILL at 40.0 s, none left`; counted from the start of the process. */
function killWords(run: RunFacts, last: AttemptFacts | null): string {
  if (last === null) return '';
  const began = beganAt(run, last);
  const signals = last.signals.map(({ signal, at }) => {
    const ms = msBetween(began, at);
    return ms === null ? signal : `${signal} at ${formatDuration(ms)}`;
  });
  return [...signals, leftWords(last.processes_left, signals.length > 0)]
    .filter(Boolean)
    .join(', ');
}

function leftWords(left: number | null, hadSignals: boolean): string {
  if (left === null) return hadSignals ? 'whether a process is left cannot be proven here' : '';
  return left === 0 ? 'no process left' : `${left} ${left === 1 ? 'process' : 'processes'} left`;
}

const withoutStop = (text: string): string => text.trim().replace(/\.$/, '');

/** One line of it: a sentence is no place for a stack. */
function shorten(text: string): string {
  const line = withoutStop(text.split('\n')[0] ?? '');
  return line.length > ERROR_CHARS_MAX ? `${line.slice(0, ERROR_CHARS_MAX - 1)}…` : line;
}
