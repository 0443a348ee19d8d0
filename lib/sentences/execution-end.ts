import { formatDuration, formatSeconds, msBetween } from '#lib/format.ts';
import { attemptBegan, type AttemptFacts, exitWords, killWords } from './attempt.ts';
import type { RunFacts } from './run-facts.ts';

/** Why a run did not complete, in one sentence. */
export function endSentence(run: RunFacts, last: AttemptFacts | null): string {
  if (run.end_reason === 'quarantined') return quarantineSentence(run);
  if (run.status === 'timeout') return timeoutSentence(run, last);
  if (run.status === 'cancelled') return cancelledSentence(run, last);
  if (run.status === 'abandoned') return abandonedSentence(run);
  return `Failed: ${failureWords(run, last)}${triesWords(run)}.`;
}

/** `, at attempt 2 of 4`; the last one allowed needs no count. */
function triesWords({ attempt_count: count, max_retries: retries }: RunFacts): string {
  if (count < 2) return '';
  return retries === undefined
    ? `, at attempt ${count}`
    : count > retries
      ? `, at the last of ${count} attempts`
      : `, at attempt ${count} of ${retries + 1}`;
}

function quarantineSentence({ status, error }: RunFacts): string {
  if (status === 'abandoned')
    return 'Quarantined: the second worker that ran it died. It is not tried again.';
  const why = /is quarantined: (.*)$/s.exec(error ?? '')?.[1];
  return `Quarantined: no worker could take it${why === undefined ? '' : `, ${firstLine(why)}`}. It is not tried again.`;
}

function failureWords(run: RunFacts, last: AttemptFacts | null): string {
  const error = run.error === null ? null : firstLine(run.error);
  const code = last === null ? run.exit_code : last.exit_code;
  if (code === null || code < 0)
    return error ?? `it did not start (${run.end_reason ?? 'no reason given'})`;
  // "Exited with code 3" after "exit code 3" says nothing more.
  const isNews = error !== null && !/^(\w+ )?exited with (code|status) \d+$/i.test(error);
  return isNews ? `${exitWords(code)}; ${error}` : exitWords(code);
}

function timeoutSentence(run: RunFacts, last: AttemptFacts | null): string {
  switch (run.end_reason) {
    case 'queue_timeout':
      return `${withoutName(run.error) ?? waitedWords(run)}${run.attempt_count > 0 ? `; attempt ${run.attempt_count} had not completed` : ''}.`;
    case 'deadline':
      return `${withoutName(run.error) ?? 'The deadline for the whole run passed'}${colon(last)}.`;
    case 'overdue':
      return sentenceOf(run.error ?? 'Its worker did not end it after its time-out');
    case null:
    default: {
      const after =
        run.timeout_seconds === null ? '' : ` after ${formatSeconds(run.timeout_seconds)}`;
      return `Timed out${after}${triesWords(run)}${colon(last)}.`;
    }
  }
}

const waitedWords = ({ queue_timeout_seconds: limit }: RunFacts): string =>
  limit == null
    ? 'Waited too long for a worker'
    : `Waited longer than ${formatSeconds(limit)} for a worker`;

/** `: SIGTERM at 30.0 s, nothing left`, where there is anything to say. */
function colon(last: AttemptFacts | null): string {
  const kills = last === null ? '' : killWords(last);
  return kills === '' ? '' : `: ${kills}`;
}

/** The clock's name stands in the result; the sentence says it in words. */
const withoutName = (error: string | null): string | null =>
  error === null ? null : firstLine(error).replace(/ \(\w+_seconds\)$/, '');

function cancelledSentence(run: RunFacts, last: AttemptFacts | null): string {
  if (run.cancel_requested_by == null) {
    if (run.error !== null) return sentenceOf(run.error);
    return run.end_reason === 'concurrency_limit'
      ? 'Cancelled because its limit was reached.'
      : 'Cancelled.';
  }
  const ms = last === null ? null : msBetween(attemptBegan(last), last.ended_at ?? run.finished_at);
  const when =
    last === null
      ? 'before it started'
      : last.status === 'cancelled' && ms !== null
        ? `after ${formatDuration(ms)}`
        : 'before its next try';
  const reason =
    run.cancel_reason == null || run.cancel_reason === ''
      ? ''
      : `: ${firstLine(run.cancel_reason)}`;
  // Who asked may be a phrase with commas of its own: "ada, with execution 17".
  const by = run.cancel_requested_by;
  const what = run.end_reason === 'token_revoked' ? 'Its token was revoked' : 'Cancelled';
  return `${what} by ${by}${by.includes(',') ? ',' : ''} ${when}${reason}.`;
}

function abandonedSentence({ error, idempotent, end_reason: reason, ...run }: RunFacts): string {
  const what = firstLine(error ?? 'Its worker was lost').replace(
    /\. The action may or may not have done its work$/,
    '',
  );
  if (reason === 'never_started') return `Abandoned: ${what}.`;
  const again =
    idempotent === undefined
      ? ''
      : idempotent
        ? run.attempt_count > 1
          ? ` All ${run.attempt_count} attempts are used up.`
          : ' No attempt is left.'
        : ' It is not idempotent, so it is not run again.';
  return `Abandoned: ${what}. It may or may not have done its work.${again}`;
}

const sentenceOf = (text: string): string => `${firstLine(text)}.`;

const ERROR_CHARS_MAX = 200;

/** One line of it, without its full stop: a sentence is no place for a stack. */
export function firstLine(text: string): string {
  const line = (text.trim().split('\n')[0] ?? '').trim().replace(/\.$/, '');
  return line.length > ERROR_CHARS_MAX ? `${line.slice(0, ERROR_CHARS_MAX - 1)}…` : line;
}
