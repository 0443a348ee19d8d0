import assert from 'node:assert/strict';
import type { Case } from './case.ts';
import type { Workspace } from './workspace.ts';

const RACES = 200;
const AT_ONCE = 8;
/** A process ends by itself after this; the stop comes at any time around it. */
const SLEEP_MS = 20;
const STOP_MS_MAX = 60;

/** A process that ends by itself and one who stops it do not wait for each other. */
export const RACE_CASES: readonly Case[] = [
  {
    title: `a stop and a real end, raced ${RACES} times: one comes first, and the record says which`,
    check: (workspace) => raceEnds(workspace, RACES),
  },
];

/** @throws AssertionError for a run whose record does not fit any order */
export async function raceEnds(workspace: Workspace, times: number): Promise<void> {
  let left = times;
  const race = async () => {
    while (left-- > 0) await raceOnce(workspace);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, race));
}

/** Half are stopped by the host's own timer, half from outside. */
async function raceOnce(workspace: Workspace): Promise<void> {
  const stopMs = Math.max(1, Math.round(Math.random() * STOP_MS_MAX));
  const isTimer = Math.random() < 0.5;
  const trial = workspace.run({
    command: ['/bin/sh', '-c', `echo begun; sleep ${SLEEP_MS / 1_000}; exit 7`],
    ...(isTimer && { timeoutMs: stopMs }),
  });
  const timer = isTimer ? undefined : setTimeout(() => trial.running.stop('cancel'), stopMs);
  const outcome = await trial.outcome;
  clearTimeout(timer);
  const { signals, left, killProven } = outcome.end;
  const words = JSON.stringify({ stopMs, isTimer, ...outcome });
  if (outcome.kind === 'exited') assert.deepEqual([outcome.exitCode, signals], [7, []], words);
  else {
    assert.ok(outcome.kind === 'stopped', words);
    assert.equal(outcome.because, isTimer ? 'timeout' : 'cancel', words);
    // A shell that got the signal when its sleep had ended exits as it meant to.
    assert.ok(
      outcome.signal === 'SIGTERM' || outcome.exitCode === 7 || outcome.exitCode === 143,
      words,
    );
  }
  if (workspace.ownNamespace) assert.deepEqual([left, killProven], [0, true], words);
}
