import { AppError } from '#lib/errors.ts';
import type { ClaimedAttempt } from '#server/executions/claim.ts';
import { recordSnapshot, recordStart } from '#server/executions/attempt-progress.ts';
import { config } from '#server/config.ts';
import { troubleOf } from '#server/executions/refused-data.ts';
import { log, withLogContext } from '#server/log.ts';
import type { WorkerContext } from '../context.ts';
import type { RunningProcess } from '../host/process-host.ts';
import type { CancelRequest } from './cancellations.ts';
import type { LossReason } from './leases.ts';
import { Output } from './output.ts';
import { NotStartable, prepareAttempt, type Preparation } from './prepare.ts';
import { makeRunDirectory, type RunDirectory } from './run-directory.ts';
import { clockOf } from './clock.ts';
import {
  cancelledBeforeStart,
  neverStarted,
  notStarted,
  type Settled,
  toSettlement,
} from './settlement.ts';
import { settle, untilWritten } from './write-end.ts';

/** What others may want of a running attempt. */
interface Wishes {
  loss: LossReason | null;
  cancel: CancelRequest | null;
  readonly stops: Set<() => void>;
}

/** One attempt, from its claim to its settlement. What it writes is fenced: a lost attempt writes nothing. */
export const runAttempt = (
  attempt: ClaimedAttempt,
  slot: number,
  context: WorkerContext,
): Promise<void> =>
  withLogContext({ executionId: attempt.execution_id, attempt: attempt.number }, async () => {
    const wishes: Wishes = { loss: null, cancel: null, stops: new Set() };
    using _ = context.leases.hold(attempt, attempt.asked_at, (reason) => {
      wishes.loss = reason;
      for (const stop of wishes.stops) stop();
    });
    const settlement = await perform(attempt, slot, context, wishes).catch((error: unknown) =>
      toFailure(attempt, error),
    );
    if (wishes.loss === 'taken') log.warn('the attempt was lost: nothing is written');
    else await settle(attempt, settlement, context.shutdown);
  });

function toFailure(attempt: ClaimedAttempt, error: unknown): Settled {
  if (error instanceof NotStartable) return notStarted(attempt, error.message);
  if (error instanceof Unanswered) {
    log.warn({ err: error.cause }, 'an attempt could not be prepared and is given back');
    return neverStarted(attempt, error.message);
  }
  log.error({ err: error }, 'an attempt broke');
  return notStarted(attempt, 'The worker could not run this: see its log for this execution.');
}

async function perform(
  attempt: ClaimedAttempt,
  slot: number,
  context: WorkerContext,
  wishes: Wishes,
): Promise<Settled> {
  const clock = clockOf(attempt);
  const making = makeRunDirectory(
    `${attempt.execution_id}-${attempt.number}`,
    context.host.userIdFor(slot),
  );
  await using _directory = {
    [Symbol.asyncDispose]: () =>
      making.then(
        (directory) => directory[Symbol.asyncDispose](),
        () => undefined, // it was never made; who needs it has said so
      ),
  };
  let running: RunningProcess | null = null;
  using _cancel = context.cancellations.listen(attempt.id, (request) => {
    wishes.cancel = request;
    running?.stop('cancel');
  });
  const prepared = await prepareOurs(attempt, slot, context, making);
  if (wishes.cancel !== null) return cancelledBeforeStart(attempt, wishes.cancel);
  const output = new Output(attempt, attempt.last_seq, prepared.known, context.shutdown);
  for (const note of prepared.notes) output.say(note);
  const started = start(attempt, slot, context, prepared, output, clock.limitMs());
  running = started;
  // While the process starts: the claim has just said that it is ours. If it is not any more, the process goes.
  const keepSnapshot = async () => {
    const isOurs = await untilWritten(
      'what a process got',
      () => recordSnapshot(attempt, prepared.snapshot),
      context.shutdown,
    );
    if (isOurs === false) started.stop('lease_lost');
  };
  // A process whose snapshot cannot be kept is ended before anybody forgets it.
  const kept = keepSnapshot().catch((error: unknown) => {
    started.stop('lease_lost');
    return { refused: error };
  });
  using _lost = stopWith(wishes, () => started.stop('lease_lost'));
  using _drained = onAbort(context.drained, () => started.stop('drain'));
  using _shutdown = onAbort(context.shutdown, () => started.stop('shutdown', { graceMs: 0 }));

  const [outcome, failure] = await Promise.all([started.outcome, kept]);
  if (failure !== undefined) throw failure.refused;
  return toSettlement(attempt, outcome, await output.finish(), {
    cancel: wishes.cancel,
    clock: clock.name,
    limits: prepared.limits,
  });
}

/** The database did not answer before the process was started: nothing is done yet, and another attempt does no harm. */
class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

async function prepareOurs(
  attempt: ClaimedAttempt,
  slot: number,
  context: WorkerContext,
  making: Promise<RunDirectory>,
): Promise<Preparation> {
  try {
    const prepared = await prepareAttempt(attempt, context, making, slot);
    if (await context.leases.isStillOurs(attempt)) return prepared;
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    throw new Unanswered(
      'The database did not answer while this attempt was prepared; no process was started.',
      { cause: error },
    );
  }
  throw new NotStartable('The attempt was lost before its process was started.');
}

const isUnanswered = (error: unknown): boolean =>
  troubleOf(error) !== null ||
  (error instanceof AppError && error.code === 'RETRYABLE_DATABASE_ERROR');

function start(
  attempt: ClaimedAttempt,
  slot: number,
  { host }: WorkerContext,
  prepared: Preparation,
  output: Output,
  timeoutMs: number,
): RunningProcess {
  return host.run({
    command: prepared.command,
    cwd: prepared.cwd,
    environment: prepared.environment,
    stdin: prepared.stdin,
    readOnlyPaths: prepared.readOnlyPaths,
    writablePaths: prepared.writablePaths,
    limits: prepared.limits,
    slot,
    timeoutMs,
    killGraceMs: config().KILL_GRACE_SECONDS * 1000,
    onOutput: (stream, chunk) => output.write(stream, chunk),
    onStarted: ({ startedAt, isolation }) => {
      recordStart(attempt, startedAt, isolation).catch((error: unknown) =>
        log.warn({ err: error }, 'the start of a process could not be written down'),
      );
    },
    onSignal: (signal) => output.say(`${signal} to the processes of this run.`),
  });
}

/** Registers `stop` until it is disposed; at once when the attempt is lost already. */
function stopWith({ loss, stops }: Wishes, stop: () => void): Disposable {
  stops.add(stop);
  if (loss !== null) stop();
  return { [Symbol.dispose]: () => stops.delete(stop) };
}

function onAbort(signal: AbortSignal, listener: () => void): Disposable {
  if (signal.aborted) listener();
  signal.addEventListener('abort', listener, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', listener) };
}
