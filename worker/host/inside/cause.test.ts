import { describe, expect, test } from 'vitest';
import { findCause, type Witnesses } from './cause.ts';
import { formatEnvironment, LauncherReport } from './launcher.ts';

const reportOf = (text: string): LauncherReport => {
  const report = new LauncherReport();
  report.add(Buffer.from(text));
  return report;
};

const witnesses: Witnesses = {
  exitCode: null,
  signal: null,
  inSandbox: true,
  report: null,
  sent: [],
  sawOutOfMemory: false,
};

describe('findCause', () => {
  test('without a sandbox the system tells exit and signal apart', () => {
    const plain = { ...witnesses, inSandbox: false };

    expect(findCause({ ...plain, exitCode: 137 })).toEqual({
      exitCode: 137,
      signal: null,
      cause: 'exit',
    });
    expect(findCause({ ...plain, signal: 'SIGKILL' })).toMatchObject({ cause: 'other_signal' });
  });

  test('in a sandbox the launcher does', () => {
    const exited = findCause({ ...witnesses, exitCode: 137, report: reportOf('S\nW 35072\n') });
    const died = findCause({ ...witnesses, exitCode: 137, report: reportOf('S\nW 9\n') });
    const dumped = findCause({ ...witnesses, exitCode: 139, report: reportOf('S\nW 139\n') });

    expect(exited).toEqual({ exitCode: 137, signal: null, cause: 'exit' });
    expect(died).toEqual({ exitCode: null, signal: 'SIGKILL', cause: 'other_signal' });
    expect(dumped).toEqual({ exitCode: null, signal: 'SIGSEGV', cause: 'other_signal' });
  });

  test('a launcher that was silenced was killed with its command', () => {
    expect(findCause({ ...witnesses, exitCode: 137, report: reportOf('S\n') })).toEqual({
      exitCode: null,
      signal: 'SIGKILL',
      cause: 'other_signal',
    });
  });

  test('without a launcher it does not claim to know, and names only a signal that is likely', () => {
    expect(findCause({ ...witnesses, exitCode: 137 })).toEqual({
      exitCode: 137,
      signal: null,
      cause: 'exit_or_signal',
    });
    expect(findCause({ ...witnesses, exitCode: 143, sent: ['SIGTERM'] })).toEqual({
      exitCode: null,
      signal: 'SIGTERM',
      cause: 'exit_or_signal',
    });
    for (const exitCode of [0, 128, 255])
      expect(findCause({ ...witnesses, exitCode })).toMatchObject({ exitCode, cause: 'exit' });
  });

  test('a signal of ours is told from that of others and of the kernel short of memory', () => {
    const killed = { ...witnesses, exitCode: 137, report: reportOf('S\nW 9\n') };

    expect(findCause({ ...killed, sent: ['SIGTERM', 'SIGKILL'] }).cause).toBe('our_signal');
    expect(findCause({ ...killed, sent: ['SIGTERM'] }).cause).toBe('other_signal');
    expect(findCause({ ...killed, sawOutOfMemory: true }).cause).toBe('out_of_memory');
    expect(
      findCause({ ...killed, report: reportOf('S\nW 11\n'), sawOutOfMemory: true }).cause,
    ).toBe('other_signal');
  });
});

describe('LauncherReport', () => {
  test('understands words that arrive in pieces', () => {
    const report = new LauncherReport();
    for (const piece of ['S', '\nW ', '25', '6\n']) report.add(Buffer.from(piece));

    expect([report.hasStarted, report.problem, report.end]).toEqual([
      true,
      null,
      { exitCode: 1, signal: null },
    ]);
  });

  test('names why a command could not be executed', () => {
    expect(reportOf('S\nX 2\n').problem).toBe('ENOENT');
  });

  test('knows of real-time signals that have no name', () => {
    expect(reportOf('S\nW 40\n').end).toEqual({ exitCode: null, signal: 'signal 40' });
  });
});

test('an environment ends with an empty entry, which no variable can be', () => {
  expect(formatEnvironment({})).toBe('\0');
  expect(formatEnvironment({ A: '', 'b c': '1=2' })).toBe('A=\0b c=1=2\0\0');
});
