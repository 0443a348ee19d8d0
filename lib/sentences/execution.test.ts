import { describe, expect, test } from 'vitest';
import { executionSentence, type RunFacts } from './execution.ts';

const AT = Date.parse('2026-11-23T14:00:00.000Z');
const time = (seconds: number) => new Date(AT + seconds * 1_000).toISOString();

const run = (facts: Partial<RunFacts>): RunFacts => ({
  status: 'requested',
  created: time(0),
  started_at: null,
  finished_at: null,
  end_reason: null,
  exit_code: null,
  error: null,
  timeout_seconds: 30,
  attempt_count: 0,
  ...facts,
});

const attempt = (facts: object = {}) => ({
  number: 1,
  claimed_at: time(0),
  process_started_at: time(0),
  ended_at: null,
  exit_code: null,
  signal: null,
  signals: [] as { signal: string; at: string }[],
  processes_left: null,
  worker_name: 'worker-1',
  ...facts,
});

const say = (
  facts: Partial<RunFacts>,
  attempts: Parameters<typeof executionSentence>[1] = [],
  now = 9,
) => executionSentence(run(facts), attempts, AT + now * 1_000);

describe('a run that waits', () => {
  test('says for what, and how long already', () => {
    expect(say({ status: 'requested' }, [], 0)).toBe('Waiting to be scheduled.');
    expect(say({ status: 'scheduling' })).toBe('Looking for a worker for 9 s.');
    expect(say({ status: 'scheduled' })).toBe('Waiting for a worker with a free slot for 9 s.');
  });

  test('says when its next attempt starts', () => {
    expect(say({ status: 'scheduled', attempt_count: 1, run_after: time(14) })).toBe(
      'Attempt 1 did not complete; attempt 2 starts in 5 s.',
    );
  });
});

describe('a run in progress', () => {
  test('says how much of its time is gone', () => {
    expect(say({ status: 'running', attempt_count: 1 }, [attempt()])).toBe(
      'Running for 9 s of 30 s.',
    );
    expect(say({ status: 'running', attempt_count: 2 }, [attempt()])).toBe(
      'Running for 9 s of 30 s, attempt 2.',
    );
  });

  test('that is being cancelled says by whom and what was sent', () => {
    const cancel = { status: 'canceling', cancel_requested_by: 'mira' } as const;
    expect(say(cancel, [attempt()])).toBe('Being cancelled by mira: its worker has been told.');
    expect(say(cancel, [attempt({ signals: [{ signal: 'SIGTERM', at: time(5) }] })])).toBe(
      'Being cancelled by mira: SIGTERM sent 4 s ago.',
    );
  });
});

describe('a run that has ended', () => {
  test('completed says in which time', () => {
    expect(
      say({ status: 'completed', started_at: time(0), finished_at: time(0.412), attempt_count: 1 }),
    ).toBe('Completed in 412 ms.');
    expect(say({ status: 'completed', attempt_count: 2 }, [attempt({ ended_at: time(2.8) })])).toBe(
      'Completed in 2.8 s, at attempt 2.',
    );
  });

  test('failed says the exit and the reason, once', () => {
    expect(say({ status: 'failed', exit_code: 3, error: 'drain refused' })).toBe(
      'Failed: exit 3, drain refused.',
    );
    expect(say({ status: 'failed', exit_code: 3, error: 'Exited with code 3' })).toBe(
      'Failed: exit 3.',
    );
    expect(
      say({ status: 'failed', error: 'The interpreter python9 was not found.\nat line 3' }),
    ).toBe('Failed: The interpreter python9 was not found.');
    expect(
      say({ status: 'failed', error: 'Killed by SIGKILL, which this platform did not send' }, [
        attempt({ signal: 'SIGKILL' }),
      ]),
    ).toBe('Failed: Killed by SIGKILL, which this platform did not send.');
  });

  test('timed out says which signal was sent when, and what was left', () => {
    const signals = [
      { signal: 'SIGTERM', at: time(30) },
      { signal: 'SIGKILL', at: time(40) },
    ];
    expect(
      say({ status: 'timeout', attempt_count: 1 }, [attempt({ signals, processes_left: 0 })]),
    ).toBe('Timed out after 30 s: SIGTERM at 30.0 s, SIGKILL at 40.0 s, no process left.');
    expect(say({ status: 'timeout' }, [attempt({ signals, processes_left: null })])).toContain(
      'cannot be proven',
    );
    expect(say({ status: 'timeout' })).toBe('Timed out after 30 s.');
  });

  test('cancelled says by whom, when and why', () => {
    const cancelled = {
      status: 'cancelled',
      cancel_requested_by: 'mira',
      cancel_reason: 'wrong table',
    } as const;
    expect(say(cancelled, [attempt({ ended_at: time(72) })])).toBe(
      'Cancelled by mira after 1 m 12 s: wrong table.',
    );
    expect(say({ ...cancelled, cancel_reason: null })).toBe('Cancelled by mira before it started.');
  });

  test('abandoned says that nobody knows', () => {
    expect(say({ status: 'abandoned', error: 'worker-3 was lost.' })).toBe(
      'Abandoned: worker-3 was lost; it may or may not have done its work.',
    );
  });
});
