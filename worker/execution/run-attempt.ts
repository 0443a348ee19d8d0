import { setTimeout as delay } from 'node:timers/promises';
import { config } from '#server/config.ts';
import { recordSnapshot, recordStart } from '#server/executions/attempt-progress.ts';
import type { ClaimedAttempt } from '#server/executions/claim.ts';
import { settleAttempt, type Settlement } from '#server/executions/settle.ts';
import { log, withLogContext } from '#server/log.ts';
import type { WorkerContext } from '../context.ts';
import type { RunningProcess } from '../host/process-host.ts';
import type { CancelRequest } from './cancellations.ts';
import { Output } from './output.ts';
import { NotStartable, prepareAttempt, type Preparation } from './prepare.ts';
import { makeRunDirectory } from './run-directory.ts';
import { notStarted, toSettlement } from './settlement.ts';

const RETRY_MS = 500;

/** One attempt, from its claim to its settlement. What it writes is fenced: a lost attempt writes nothing. */
export const runAttempt = (
  attempt: ClaimedAttempt,
  slot: number,
  context: WorkerContext,
): Promise<void> =>
  withLogContext({ executionId: attempt.execution_id, attempt: attempt.number }, async () => {
    let lost = false;
    const stops = new Set<() => void>();
    using _ = context.leases.hold(attempt.id, () => {
      lost = true;
      for (const stop of stops) stop();
    });
    const settlement = await perform(attempt, slot, context, stops).catch((error: unknown) =>
      toFailure(attempt, error),
    );
    if (lost) log.warn('the attempt was lost: nothing is written');
    else await settle(attempt, context.workerId, settlement);
  });

/** What must be written is written, however long the database is away; the fence makes a late write harmless. */
async function untilWritten<T>(what: string, write: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      log.warn({ err: error, what }, 'could not be written, trying again');
      await delay(RETRY_MS);
    }
  }
}

async function settle(
  attempt: ClaimedAttempt,
  workerId: number,
  settlement: Settlement,
): Promise<void> {
  const settled = await untilWritten('the end of an attempt', () =>
    settleAttempt(attempt, workerId, settlement),
  );
  const { executionStatus: status, endReason } = settlement;
  log.info({ status, endReason, settled }, 'attempt ended');
}

function toFailure(attempt: ClaimedAttempt, error: unknown): Settlement {
  if (error instanceof NotStartable) return notStarted(attempt, error.message);
  log.error({ err: error }, 'an attempt broke');
  return notStarted(attempt, 'The worker could not run this: see its log for this execution.');
}

async function perform(
  attempt: ClaimedAttempt,
  slot: number,
  context: WorkerContext,
  stops: Set<() => void>,
): Promise<Settlement> {
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
  const prepared = await prepareAttempt(attempt, context, making, slot);
  const owner = {
    attemptId: attempt.id,
    executionId: attempt.execution_id,
    number: attempt.number,
    workerId: context.workerId,
  };
  const output = new Output(owner, attempt.last_seq, prepared.masker);
  const running = start(attempt, slot, context, prepared, output);
  // While the process starts: the claim has just said that it is ours. If it is not any more, the process goes.
  const keepSnapshot = async () => {
    const isOurs = await untilWritten('what a process got', () =>
      recordSnapshot(attempt.id, context.workerId, prepared.snapshot),
    );
    if (!isOurs) running.stop('lease_lost');
  };
  const kept = keepSnapshot();
  const asked: { cancel: CancelRequest | null } = { cancel: null };
  using _cancel = context.cancellations.listen(attempt.id, (request) => {
    asked.cancel = request;
    running.stop('cancel');
  });
  using _lost = stopWith(stops, () => running.stop('lease_lost'));
  using _shutdown = onAbort(context.shutdown, () => running.stop('drain'));

  const [outcome] = await Promise.all([running.outcome, kept]);
  return toSettlement(attempt, outcome, await output.finish(), prepared.masker, asked.cancel);
}

function start(
  attempt: ClaimedAttempt,
  slot: number,
  { host, workerId }: WorkerContext,
  prepared: Preparation,
  output: Output,
): RunningProcess {
  return host.run({
    command: prepared.command,
    cwd: prepared.cwd,
    environment: prepared.environment,
    stdin: prepared.stdin,
    readOnlyPaths: prepared.readOnlyPaths,
    writablePaths: prepared.writablePaths,
    slot,
    timeoutMs: attempt.timeout_seconds * 1000,
    killGraceMs: config().KILL_GRACE_SECONDS * 1000,
    onOutput: (stream, chunk) => output.write(stream, chunk),
    onStarted: ({ startedAt }) => {
      recordStart(attempt.id, workerId, startedAt, host.isolation).catch((error: unknown) =>
        log.warn({ err: error }, 'the start of a process could not be written down'),
      );
    },
    onSignal: (signal) => output.say(`${signal} to the processes of this run.`),
  });
}

/** Registers `stop` until it is disposed. */
function stopWith(stops: Set<() => void>, stop: () => void): Disposable {
  stops.add(stop);
  return { [Symbol.dispose]: () => stops.delete(stop) };
}

function onAbort(signal: AbortSignal, listener: () => void): Disposable {
  if (signal.aborted) listener();
  signal.addEventListener('abort', listener, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', listener) };
}
