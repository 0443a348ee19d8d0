import { buildResult } from '#lib/domain/result.ts';
import type { AttemptEnd } from '#lib/domain/attempt-status.ts';
import { isJsonObject, type JsonObject } from '#lib/domain/json.ts';
import type { FinalStatus } from '#lib/domain/execution-status.ts';
import {
  endReasonOf,
  limitBehind,
  limitError,
  type LimitName,
  type ResourceLimits,
} from '#lib/domain/resource-limits.ts';
import type { ClaimedAttempt } from '#server/executions/claim.ts';
import type { Settlement as Settled } from '#server/executions/settle.ts';
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

export type { Settlement as Settled } from '#server/executions/settle.ts';

/** What the worker knows and the process host does not. */
export interface Circumstances {
  readonly cancel: CancelRequest | null;
  /** The clock that ran out first, if one did. */
  readonly clock: 'timeout' | 'deadline';
  /** What the run might use. */
  readonly limits: ResourceLimits;
}

type ResultInput = Parameters<typeof buildResult>[0];

/** What came of an attempt, from how its process ended and what it said. */
export function toSettlement(
  attempt: ClaimedAttempt,
  outcome: Outcome,
  output: OutputEnd,
  circumstances: Circumstances,
): Settled {
  const hit = findLimit(outcome, output, circumstances.limits);
  const { kind, endReason, error } =
    hit === null
      ? describe(attempt, outcome, circumstances)
      : describeLimit(hit, circumstances.limits);
  const exitCode = 'exitCode' in outcome ? outcome.exitCode : null;
  const signal = 'signal' in outcome ? outcome.signal : null;
  const built = buildResult({
    kind,
    exitCode,
    signal,
    durationMs: durationOf(outcome.end),
    stdoutTail: output.stdout.text(),
    stdoutToParse: stdoutToParse(output),
    stderrTail: output.stderr.text(),
    stdoutTruncatedBytes: output.stdout.droppedBytes,
    stderrTruncatedBytes: output.stderr.droppedBytes,
    outputFormat: attempt.output_format,
    timeoutSeconds: attempt.timeout_seconds,
    ...(error !== null && { error }),
  });
  // What was parsed is masked leaf by leaf, so that it stays what it was: JSON, whatever is secret in it.
  const masked = output.masker.json(built.result);
  if (isJsonObject(masked) && kind === 'timeout')
    masked['clock'] = endReason === 'deadline' ? 'deadline_seconds' : 'timeout_seconds';
  if (isJsonObject(masked) && hit !== null) masked['limit'] = hit;
  return {
    attemptStatus: ATTEMPT_END[built.status],
    endReason,
    processStartedAt: outcome.end.startedAt,
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
      grace_used_ms: outcome.end.graceUsedMs,
      cause: outcome.end.cause,
    },
    stdoutBytes: output.stdoutBytes,
    stderrBytes: output.stderrBytes,
    truncatedBytes: output.truncatedBytes,
    masked: output.masked,
  };
}

/** What begins in the middle may begin in the middle of a secret, which nobody would know any more. */
const stdoutToParse = ({ stdout, unmaskedStdout }: OutputEnd): string =>
  unmaskedStdout.droppedBytes > 0 ? stdout.text() : unmaskedStdout.text();

const durationOf = ({ startedAt, endedAt }: EndRecord): number =>
  startedAt === null ? 0 : endedAt.getTime() - startedAt.getTime();

/** The limit that ended a run: one that we or the kernel ended it for, or that it broke on by itself. */
function findLimit(outcome: Outcome, output: OutputEnd, limits: ResourceLimits): LimitName | null {
  if (outcome.end.limit !== null) return outcome.end.limit;
  if (outcome.kind !== 'exited' && outcome.kind !== 'killed') return null;
  const exitCode = outcome.kind === 'exited' ? outcome.exitCode : null;
  const signal = outcome.kind === 'killed' ? outcome.signal : null;
  return limitBehind({ exitCode, signal, stderr: output.stderr.text() }, limits);
}

const describeLimit = (name: LimitName, limits: ResourceLimits): Description => ({
  kind: 'killed',
  endReason: endReasonOf(name),
  error: limitError(name, limits[name] ?? 0),
});

interface Description {
  readonly kind: ResultInput['kind'];
  readonly endReason: string;
  readonly error: string | null;
}

function describe(
  attempt: ClaimedAttempt,
  outcome: Outcome,
  circumstances: Circumstances,
): Description {
  switch (outcome.kind) {
    case 'exited':
      return { kind: 'exited', endReason: 'exit', error: null };
    case 'killed':
      return {
        kind: 'killed',
        endReason: 'killed',
        error:
          outcome.end.cause === 'out_of_memory'
            ? 'Killed by the kernel: the machine was out of memory'
            : `Killed by ${outcome.signal}, which this platform did not send`,
      };
    case 'not_started':
      return { kind: 'not_started', endReason: 'not_started', error: outcome.error };
    case 'stopped':
      return stopped(attempt, outcome, circumstances);
  }
}

function stopped(
  attempt: ClaimedAttempt,
  outcome: Extract<Outcome, { kind: 'stopped' }>,
  { cancel, clock }: Circumstances,
): Description {
  switch (outcome.because) {
    case 'timeout':
      return {
        kind: 'timeout',
        endReason: clock,
        error:
          clock === 'timeout'
            ? null
            : 'The deadline for the whole execution passed while it ran (deadline_seconds)',
      };
    case 'cancel':
      return cancel === null
        ? { kind: 'cancelled', endReason: 'cancel', error: 'Cancelled' }
        : { kind: 'cancelled', endReason: cancelReason(cancel), error: cancelWords(cancel) };
    case 'lease_lost':
      return {
        kind: 'abandoned',
        endReason: 'lease_lost',
        error: `The worker could not renew its lease on attempt ${attempt.number} in time and stopped it. The action may or may not have done its work.`,
      };
    case 'limit': // told by its name before
    case 'drain':
    case 'shutdown':
      if (outcome.end.cause === 'host_ended')
        return {
          kind: 'abandoned',
          endReason: 'worker_lost',
          error:
            'The process host of the worker died under this run. The action may or may not have done its work.',
        };
      return {
        kind: 'abandoned',
        endReason: 'worker_stopped',
        error: 'The worker was stopped before the run had ended',
      };
  }
}

const cancelReason = ({ isTokenRevoked }: CancelRequest): string =>
  isTokenRevoked ? 'token_revoked' : 'cancel';

const cancelWords = ({ by, reason, isTokenRevoked }: CancelRequest, when = ''): string =>
  `${isTokenRevoked ? 'Its token was revoked' : 'Cancelled'} by ${by}${when}${reason ? `: ${reason}` : ''}`;

/** A run that somebody cancelled before its process was started. */
export const cancelledBeforeStart = (attempt: ClaimedAttempt, cancel: CancelRequest): Settled => {
  const error = cancelWords(cancel, ' before its process was started');
  return {
    ...notStarted(attempt, error),
    attemptStatus: 'cancelled',
    endReason: cancelReason(cancel),
    result: { succeeded: false, cancelled: true, error },
  };
};

/** A run whose process was never started. */
export const notStarted = (attempt: ClaimedAttempt, error: string): Settled => ({
  attemptStatus: 'failed',
  endReason: 'not_started',
  processStartedAt: null,
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

/** A run that was claimed and given back before it began. */
export const neverStarted = (attempt: ClaimedAttempt, error: string): Settled => ({
  ...notStarted(attempt, error),
  attemptStatus: 'lost',
  endReason: 'never_started',
});

const notStartedResult = (attempt: ClaimedAttempt, error: string): JsonObject =>
  buildResult({
    kind: 'not_started',
    exitCode: null,
    signal: null,
    durationMs: 0,
    stdoutTail: '',
    stdoutToParse: '',
    stderrTail: '',
    stdoutTruncatedBytes: 0,
    stderrTruncatedBytes: 0,
    outputFormat: attempt.output_format,
    timeoutSeconds: attempt.timeout_seconds,
    error,
  }).result;
