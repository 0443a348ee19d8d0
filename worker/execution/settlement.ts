import { buildResult } from '#lib/domain/result.ts';
import type { AttemptEnd } from '#lib/domain/attempt-status.ts';
import type { Masker } from '#lib/domain/masking/index.ts';
import { isJsonObject, type JsonObject } from '#lib/domain/json.ts';
import type { FinalStatus } from '#lib/domain/execution-status.ts';
import type { ClaimedAttempt } from '#server/executions/claim.ts';
import type { Settlement } from '#server/executions/settle.ts';
import type { EndRecord, Outcome } from '../host/process-host.ts';
import type { CancelRequest } from './cancellations.ts';
import type { OutputEnd } from './output.ts';

const ATTEMPT_END: Record<FinalStatus, AttemptEnd> = {
  completed: 'completed',
  failed: 'failed',
  timeout: 'timeout',
  cancelled: 'cancelled',
  abandoned: 'lost',
};

type ResultInput = Parameters<typeof buildResult>[0];

/** What came of an attempt, from how its process ended and what it said. */
export function toSettlement(
  attempt: ClaimedAttempt,
  outcome: Outcome,
  output: OutputEnd,
  masker: Masker,
  cancel: CancelRequest | null,
): Settlement {
  const { kind, endReason, error } = describe(attempt, outcome, cancel);
  const exitCode = 'exitCode' in outcome ? outcome.exitCode : null;
  const signal = 'signal' in outcome ? outcome.signal : null;
  const built = buildResult({
    kind,
    exitCode,
    signal,
    durationMs: durationOf(outcome.end),
    stdoutTail: output.stdout.text(),
    stderrTail: output.stderr.text(),
    stdoutTruncatedBytes: output.stdout.droppedBytes,
    stderrTruncatedBytes: output.stderr.droppedBytes,
    outputFormat: attempt.output_format,
    timeoutSeconds: attempt.timeout_seconds,
    ...(error !== null && { error }),
  });
  // The tails are masked already; what was hidden in the escapes of JSON shows only now.
  const masked = masker.json(built.result);
  return {
    attemptStatus: ATTEMPT_END[built.status],
    executionStatus: built.status,
    endReason,
    exitCode,
    signal,
    result: isJsonObject(masked) ? masked : {},
    isolation: outcome.end.isolation,
    ending: {
      signals: outcome.end.signals.map((sent) => ({
        signal: sent.signal,
        at: sent.at.toISOString(),
      })),
      left: outcome.end.left,
      kill_proven: outcome.end.killProven,
      processes_ended: outcome.end.processesEnded,
    },
    stdoutBytes: output.stdoutBytes,
    stderrBytes: output.stderrBytes,
    truncatedBytes: output.truncatedBytes,
    masked: output.masked,
  };
}

const durationOf = ({ startedAt, endedAt }: EndRecord): number =>
  startedAt === null ? 0 : endedAt.getTime() - startedAt.getTime();

interface Description {
  readonly kind: ResultInput['kind'];
  readonly endReason: string;
  readonly error: string | null;
}

function describe(
  attempt: ClaimedAttempt,
  outcome: Outcome,
  cancel: CancelRequest | null,
): Description {
  switch (outcome.kind) {
    case 'exited':
      return { kind: 'exited', endReason: 'exit', error: null };
    case 'killed':
      return {
        kind: 'killed',
        endReason: 'killed',
        error: `Killed by ${outcome.signal}, which this platform did not send`,
      };
    case 'not_started':
      return { kind: 'not_started', endReason: 'not_started', error: outcome.error };
    case 'stopped':
      return stopped(attempt, outcome.because, cancel);
  }
}

function stopped(
  attempt: ClaimedAttempt,
  because: Extract<Outcome, { kind: 'stopped' }>['because'],
  cancel: CancelRequest | null,
): Description {
  switch (because) {
    case 'timeout':
      return { kind: 'timeout', endReason: 'timeout', error: null };
    case 'cancel': {
      const who = cancel === null ? 'Cancelled' : `Cancelled by ${cancel.by}`;
      const why = cancel?.reason ? `: ${cancel.reason}` : '';
      return { kind: 'cancelled', endReason: 'cancel', error: `${who}${why}` };
    }
    case 'lease_lost':
      return {
        kind: 'abandoned',
        endReason: 'lease_lost',
        error: `The worker lost attempt ${attempt.number} to another one`,
      };
    case 'drain':
    case 'shutdown':
      return {
        kind: 'abandoned',
        endReason: 'worker_stopped',
        error: 'The worker was stopped before the run had ended',
      };
  }
}

/** A run whose process was never started. */
export const notStarted = (attempt: ClaimedAttempt, error: string): Settlement => ({
  attemptStatus: 'failed',
  executionStatus: 'failed',
  endReason: 'not_started',
  exitCode: null,
  signal: null,
  result: notStartedResult(attempt, error),
  isolation: null,
  ending: null,
  stdoutBytes: 0,
  stderrBytes: 0,
  truncatedBytes: 0,
  masked: {},
});

const notStartedResult = (attempt: ClaimedAttempt, error: string): JsonObject =>
  buildResult({
    kind: 'not_started',
    exitCode: null,
    signal: null,
    durationMs: 0,
    stdoutTail: '',
    stderrTail: '',
    stdoutTruncatedBytes: 0,
    stderrTruncatedBytes: 0,
    outputFormat: attempt.output_format,
    timeoutSeconds: attempt.timeout_seconds,
    error,
  }).result;
