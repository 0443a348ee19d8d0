import { describe, expect, test } from 'vitest';
import { toOutcome } from './outcome.ts';
import type { EndReport } from './protocol.ts';

const report: EndReport = {
  id: 1,
  notStarted: null,
  setupFailed: false,
  exitCode: 0,
  signal: null,
  cause: 'exit',
  stoppedBecause: null,
  endedAt: 1_000,
  left: 0,
  killProven: true,
  processesEnded: 0,
  isolation: { kind: 'none', ownUserId: false, description: '' },
  limit: null,
};
const observed = { startedAt: new Date(0), signals: [], firstError: '' };

describe('toOutcome', () => {
  test('a stop of ours is a stop, whatever the exit code', () => {
    const outcome = toOutcome({ ...report, stoppedBecause: 'cancel' }, observed);
    expect(outcome).toMatchObject({ kind: 'stopped', because: 'cancel', exitCode: 0 });
  });

  test('a signal that we did not send is a kill by somebody else', () => {
    const outcome = toOutcome({ ...report, exitCode: null, signal: 'SIGSEGV' }, observed);
    expect(outcome).toMatchObject({ kind: 'killed', signal: 'SIGSEGV' });
  });

  test('a sandbox that could not be set up says what it wrote on stderr', () => {
    const firstError = "bwrap: Can't find source path /x\n";
    const outcome = toOutcome(
      { ...report, exitCode: 1, setupFailed: true },
      { ...observed, firstError },
    );
    expect(outcome).toMatchObject({
      kind: 'not_started',
      error: "The sandbox could not be set up: bwrap: Can't find source path /x",
    });
  });

  test('keeps what is known of the end', () => {
    const { end } = toOutcome(report, observed);
    expect(end).toMatchObject({ startedAt: new Date(0), endedAt: new Date(1_000), left: 0 });
  });
});
