import { formatDuration, formatSeconds, msBetween } from '#lib/format.ts';
import { attemptBegan, type AttemptFacts, attemptWords } from './attempt.ts';
import { endSentence } from './execution-end.ts';
import { counted } from './part.ts';
import type { RunFacts } from './run-facts.ts';

/** Who holds the places that a run waits for. */
export interface TurnFacts {
  readonly running: number;
}

/**
 * What is so with a run, in one sentence.
 *
 * @param attempts oldest first; may be empty where only the run is known
 * @param turn only where it waits for its turn below a limit, and the reader knows who runs
 */
export function executionSentence(
  run: RunFacts,
  attempts: readonly AttemptFacts[],
  nowMs: number,
  turn: TurnFacts | null = null,
): string {
  const last = attempts.at(-1) ?? null;
  switch (run.status) {
    case 'requested':
      return `${tryWords(run)}${run.attempt_count > 0 ? 'waits' : 'Waiting'} for a worker with a free slot${waitWords(run, nowMs)}.`;
    case 'scheduling':
      return turnSentence(run, turn, nowMs);
    case 'scheduled':
      return againSentence(run, last, nowMs);
    case 'running':
      return runningSentence(run, last, nowMs);
    case 'canceling':
      return cancelingSentence(run, last, nowMs);
    case 'completed':
      return last === null && run.attempt_count > 1
        ? `Completed${triesWords(run).slice(1)}, ${allInWords(run)}.`
        : `Completed${inWords(run, last)}${triesWords(run)}.`;
    case 'failed':
    case 'timeout':
    case 'cancelled':
    case 'abandoned':
      return endSentence(run, last);
  }
}

/** `Attempt 2 of 4 `, where one has ended before. */
const tryWords = (run: RunFacts): string =>
  run.attempt_count > 0 ? `Attempt ${run.attempt_count + 1}${ofWords(run)} ` : '';

/** ` of 4`, where it is known how often it may be tried. */
const ofWords = ({ max_retries: retries, attempt_count: count }: RunFacts): string =>
  retries === undefined ? '' : ` of ${Math.max(retries + 1, count)}`;

/** ` for 9 s of at most 60 s`. */
function waitWords(run: RunFacts, nowMs: number): string {
  // The clock of a later wait began when the try before it ended, which a list does not know.
  const from = run.attempt_count === 0 ? run.created : null;
  const limit = run.queue_timeout_seconds;
  if (from === null) return '';
  const seconds = Math.floor((nowMs - Date.parse(from)) / 1_000);
  if (seconds < 1) return '';
  return ` for ${formatSeconds(seconds)}${limit == null ? '' : ` of at most ${formatSeconds(limit)}`}`;
}

function turnSentence(run: RunFacts, turn: TurnFacts | null, nowMs: number): string {
  const limit = run.concurrency;
  const waits = waitWords(run, nowMs);
  // A second try that falls under no limit: only these wait for each other.
  if (limit === null && run.attempt_count > 0)
    return `${tryWords(run)}waits for its turn: a worker died under it, and of such runs a worker takes one at a time.`;
  if (limit == null) return `Waiting for its turn below a limit${waits}.`;
  if (turn === null || turn.running < limit.limit)
    return `Waiting for its turn${waits}: at most ${counted(limit.limit, 'run')} of ${limit.key} may run at once.`;
  return `Waiting for its turn${waits}: ${turn.running} of ${counted(limit.limit, 'run')} of ${limit.key} ${turn.running === 1 ? 'is' : 'are'} running.`;
}

function againSentence(run: RunFacts, last: AttemptFacts | null, nowMs: number): string {
  if (run.attempt_count === 0)
    return `Waiting for a worker with a free slot${waitWords(run, nowMs)}.`;
  const how = last === null ? 'did not complete' : attemptWords(last, wordsOfRun(run));
  return `Attempt ${run.attempt_count}${ofWords(run)} ${how}; ${againWords(run, nowMs)}.`;
}

function againWords({ run_after: at }: RunFacts, nowMs: number): string {
  if (at === undefined) return 'it is tried again';
  const dueMs = at === null ? 0 : Date.parse(at) - nowMs;
  return dueMs > 0
    ? `trying again in ${formatSeconds(Math.ceil(dueMs / 1_000))}`
    : 'trying again as soon as a worker has a free slot';
}

const wordsOfRun = ({ timeout_seconds, deadline_seconds }: RunFacts) => ({
  timeout_seconds,
  deadline_seconds,
});

/** When the process began, as near as we know. */
const beganAt = (run: RunFacts, last: AttemptFacts | null): string | null =>
  last === null ? run.started_at : attemptBegan(last);

function runningSentence(run: RunFacts, last: AttemptFacts | null, nowMs: number): string {
  const began = beganAt(run, last);
  if (began === null) return 'Starting.';
  const ms = Math.max(0, nowMs - Date.parse(began));
  const limit = run.timeout_seconds === null ? '' : ` of ${formatSeconds(run.timeout_seconds)}`;
  const attempt = run.attempt_count > 1 ? `, attempt ${run.attempt_count}${ofWords(run)}` : '';
  return `Running for ${formatSeconds(Math.floor(ms / 1_000))}${limit}${attempt}${deadlineWords(run, began, nowMs)}.`;
}

/** Only where the deadline of the whole run comes before the time-out of this try. */
function deadlineWords(run: RunFacts, began: string, nowMs: number): string {
  const { deadline_at: deadline, timeout_seconds: timeout } = run;
  if (deadline == null) return '';
  if (timeout !== null && Date.parse(began) + timeout * 1_000 <= Date.parse(deadline)) return '';
  const leftSeconds = Math.max(0, Math.ceil((Date.parse(deadline) - nowMs) / 1_000));
  return `; the deadline for the whole run is in ${formatSeconds(leftSeconds)}`;
}

function cancelingSentence(run: RunFacts, last: AttemptFacts | null, nowMs: number): string {
  const by = run.cancel_requested_by == null ? '' : ` by ${run.cancel_requested_by}`;
  const ago = (at: string) => {
    const seconds = Math.floor((nowMs - Date.parse(at)) / 1_000);
    return seconds < 1 ? 'now' : `${formatSeconds(seconds)} ago`;
  };
  const sent = last?.signals.at(-1);
  if (sent !== undefined) return `Being cancelled${by}: ${sent.signal} sent ${ago(sent.at)}.`;
  const told = run.cancel_requested_at == null ? '' : ` ${ago(run.cancel_requested_at)}`;
  return `Being cancelled${by}: its worker was told${told}.`;
}

function inWords(run: RunFacts, last: AttemptFacts | null): string {
  const ms = msBetween(beganAt(run, last), last?.ended_at ?? run.finished_at);
  return ms === null ? '' : ` in ${formatDuration(ms)}`;
}

/** Of several attempts a list knows only when the first began. */
const allInWords = ({ created, finished_at: end }: RunFacts): string =>
  `after ${formatDuration(msBetween(created, end))} in all`;

const triesWords = (run: RunFacts): string =>
  run.attempt_count > 1 ? `, at attempt ${run.attempt_count}${ofWords(run)}` : '';
