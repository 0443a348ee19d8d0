import { claimAttempts, type ClaimedAttempt } from '#server/executions/claim.ts';
import type { Settlement } from '#server/executions/settle.ts';
import { aWorker } from './catalogue.ts';

/** A job as the queue hands it out, for an execution whose bell a test rings itself. */
export const jobFor = (executionId: number) => ({
  id: crypto.randomUUID(),
  data: { execution_id: executionId },
});

/** What a worker says of a run that went well. */
export const done: Settlement = {
  attemptStatus: 'completed',
  endReason: 'exit',
  processStartedAt: null,
  exitCode: 0,
  signal: null,
  result: { exit_code: 0, succeeded: true },
  ending: null,
  isolation: null,
  stdoutBytes: 0,
  stderrBytes: 0,
  truncatedBytes: 0,
  masked: {},
};

export const failed: Settlement = {
  ...done,
  attemptStatus: 'failed',
  exitCode: 1,
  result: { exit_code: 1, succeeded: false, error: 'no' },
};

/** Answers the bells of executions as a worker of its own would. @returns what it got */
export async function claimAs(
  workerId: number,
  ...executionIds: readonly number[]
): Promise<ClaimedAttempt[]> {
  return claimAttempts({ workerId, keyId: 'k' }, executionIds.map(jobFor));
}

/** @throws Error when it was not to be had */
export async function claimOne(executionId: number): Promise<ClaimedAttempt> {
  const [attempt] = await claimAs(await aWorker(), executionId);
  if (attempt === undefined) throw new Error(`execution ${executionId} was not to be had`);
  return attempt;
}
