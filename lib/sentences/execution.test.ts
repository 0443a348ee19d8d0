import { describe, expect, test } from 'vitest';
import { attemptWords } from './attempt.ts';
import { executionSentence } from './execution.ts';
import type { RunFacts } from './run-facts.ts';

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
  status: 'running' as const,
  claimed_at: time(0),
  process_started_at: time(0),
  ended_at: null,
  exit_code: null,
  signal: null,
  signals: [] as { signal: string; at: string }[],
  end_reason: null,
  processes_left: null,
  processes_ended: null,
  kill_unproven: false,
  worker_name: 'worker-1',
  ...facts,
});

const say = (
  facts: Partial<RunFacts>,
  attempts: Parameters<typeof executionSentence>[1] = [],
  now = 9,
) => executionSentence(run(facts), attempts, AT + now * 1_000);

describe('a run that waits', () => {
  test('says for what, how long already, and how long at most', () => {
    expect(say({ status: 'requested' }, [], 0)).toBe('Waiting for a worker with a free slot.');
    expect(say({ status: 'requested' })).toBe('Waiting for a worker with a free slot for 9 s.');
    expect(say({ status: 'requested', queue_timeout_seconds: 60 })).toBe(
      'Waiting for a worker with a free slot for 9 s of at most 1 m.',
    );
  });

  test('for its turn says who has it', () => {
    const limit = { key: 'core.deploy:db1', limit: 3, on_limit: 'enqueue' } as const;
    const waits = run({ status: 'scheduling', concurrency: limit });
    const sentence = (running: number | null) =>
      executionSentence(waits, [], AT, running === null ? null : { running });
    expect(sentence(3)).toBe('Waiting for its turn: 3 of 3 runs of core.deploy:db1 are running.');
    expect(sentence(2)).toBe(
      'Waiting for its turn: at most 3 runs of core.deploy:db1 may run at once.',
    );
    expect(sentence(null)).toBe(sentence(2));
    expect(say({ status: 'scheduling' })).toBe('Waiting for its turn below a limit for 9 s.');
    const suspect = { status: 'scheduling', attempt_count: 1, max_retries: 2 } as const;
    expect(say({ ...suspect, concurrency: null })).toBe(
      'Attempt 2 of 3 waits for its turn: a worker died under it, and of such runs a worker takes one at a time.',
    );
  });

  test('for its next try says how the last one ended, and counts down', () => {
    const again = {
      status: 'scheduled',
      attempt_count: 2,
      max_retries: 3,
      run_after: time(13),
    } as const;
    const failed = attempt({ status: 'failed', exit_code: 1, end_reason: 'exit' });
    const timedOut = attempt({ status: 'timeout', end_reason: 'timeout' });
    const lost = attempt({ status: 'lost', end_reason: 'worker_lost' });
    expect(say(again, [failed])).toBe(
      'Attempt 2 of 4 failed with exit code 1; trying again in 4 s.',
    );
    expect(say(again, [failed], 10)).toContain('trying again in 3 s.');
    expect(say(again, [timedOut], 14)).toBe(
      'Attempt 2 of 4 timed out after 30 s; trying again as soon as a worker has a free slot.',
    );
    expect(say(again, [lost])).toContain('was lost with its worker worker-1; trying again in 4 s.');
    expect(say({ status: 'scheduled', attempt_count: 1 })).toBe(
      'Attempt 1 did not complete; it is tried again.',
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
    expect(say({ status: 'running', attempt_count: 2, max_retries: 3 }, [attempt()])).toBe(
      'Running for 9 s of 30 s, attempt 2 of 4.',
    );
  });

  test('warns of a deadline that comes before its time-out, and of no other', () => {
    const running = { status: 'running', attempt_count: 1 } as const;
    expect(say({ ...running, deadline_at: time(20) }, [attempt()])).toBe(
      'Running for 9 s of 30 s; the deadline for the whole run is in 11 s.',
    );
    expect(say({ ...running, deadline_at: time(40) }, [attempt()])).toBe(
      'Running for 9 s of 30 s.',
    );
  });

  test('that is being cancelled says by whom and what was sent', () => {
    const cancel = { status: 'canceling', cancel_requested_by: 'mira' } as const;
    expect(say(cancel, [attempt()])).toBe('Being cancelled by mira: its worker was told.');
    expect(say({ ...cancel, cancel_requested_at: time(6) }, [attempt()])).toBe(
      'Being cancelled by mira: its worker was told 3 s ago.',
    );
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
    expect(say({ status: 'completed', attempt_count: 2, finished_at: time(9) })).toBe(
      'Completed at attempt 2, after 9.0 s in all.',
    );
  });

  test('failed says the exit and the reason, once', () => {
    expect(say({ status: 'failed', exit_code: 3, error: 'drain refused' })).toBe(
      'Failed: exit code 3; drain refused.',
    );
    expect(say({ status: 'failed', exit_code: 3, error: 'Command exited with code 3' })).toBe(
      'Failed: exit code 3.',
    );
    expect(
      say({ status: 'failed', error: 'The interpreter python9 was not found.\nat line 3' }),
    ).toBe('Failed: The interpreter python9 was not found.');
  });

  test('failed says at which attempt, and whether it was the last', () => {
    const failed = { status: 'failed', exit_code: 3, error: null, attempt_count: 2 } as const;
    expect(say({ ...failed, max_retries: 3 })).toBe('Failed: exit code 3, at attempt 2 of 4.');
    expect(say({ ...failed, max_retries: 1 })).toBe(
      'Failed: exit code 3, at the last of 2 attempts.',
    );
  });

  test('that exited with 137 is told apart from one that SIGKILL ended', () => {
    expect(say({ status: 'failed', exit_code: 137, error: 'Command exited with code 137' })).toBe(
      'Failed: exit code 137 (its own: a shell says so of a child that SIGKILL ended).',
    );
    const killed = attempt({ status: 'failed', end_reason: 'killed', signal: 'SIGKILL' });
    expect(
      say(
        {
          status: 'failed',
          end_reason: 'killed',
          exit_code: -1,
          error: 'Killed by SIGKILL, which this platform did not send',
        },
        [killed],
      ),
    ).toBe('Failed: Killed by SIGKILL, which this platform did not send.');
  });

  test('timed out says which signal was sent when, and what was left', () => {
    const signals = [
      { signal: 'SIGTERM', at: time(30) },
      { signal: 'SIGKILL', at: time(40) },
    ];
    expect(
      say({ status: 'timeout', attempt_count: 1 }, [attempt({ signals, processes_left: 0 })]),
    ).toBe('Timed out after 30 s: SIGTERM at 30.0 s, SIGKILL at 40.0 s, nothing left.');
    expect(
      say({ status: 'timeout', attempt_count: 1 }, [
        attempt({ signals, processes_left: 0, processes_ended: 3 }),
      ]),
    ).toBe(
      'Timed out after 30 s: SIGTERM at 30.0 s, SIGKILL at 40.0 s, 3 processes ended, nothing left.',
    );
    expect(say({ status: 'timeout' }, [attempt({ signals, kill_unproven: true })])).toContain(
      'whether a process is left is not proven',
    );
    expect(say({ status: 'timeout' })).toBe('Timed out after 30 s.');
  });

  test('names in words the clock that ran out', () => {
    expect(
      say({
        status: 'timeout',
        end_reason: 'queue_timeout',
        error: 'Waited longer than 60 s for a worker (queue_timeout_seconds)',
      }),
    ).toBe('Waited longer than 60 s for a worker.');
    expect(
      say(
        {
          status: 'timeout',
          end_reason: 'deadline',
          error: 'The deadline for the whole execution passed while it ran (deadline_seconds)',
        },
        [attempt({ signals: [{ signal: 'SIGTERM', at: time(3) }], processes_left: 0 })],
      ),
    ).toBe(
      'The deadline for the whole execution passed while it ran: SIGTERM at 3.0 s, nothing left.',
    );
  });

  test('cancelled says by whom, when and why', () => {
    const cancelled = {
      status: 'cancelled',
      cancel_requested_by: 'mira',
      cancel_reason: 'wrong table',
    } as const;
    const ended = attempt({ status: 'cancelled', ended_at: time(72) });
    expect(say(cancelled, [ended])).toBe('Cancelled by mira after 1 m 12 s: wrong table.');
    expect(say({ ...cancelled, cancel_reason: null })).toBe('Cancelled by mira before it started.');
    expect(
      say({ ...cancelled, attempt_count: 1 }, [attempt({ status: 'failed', ended_at: time(2) })]),
    ).toBe('Cancelled by mira before its next try: wrong table.');
    expect(
      say({ ...cancelled, cancel_requested_by: 'ada, with execution 17', cancel_reason: null }, [
        ended,
      ]),
    ).toBe('Cancelled by ada, with execution 17, after 1 m 12 s.');
  });

  test('that a limit ended says which', () => {
    expect(
      say({
        status: 'cancelled',
        end_reason: 'concurrency_limit',
        error: 'Cancelled because the limit of 1 for ops.backup was reached',
      }),
    ).toBe('Cancelled because the limit of 1 for ops.backup was reached.');
  });

  test('abandoned says that nobody knows, and why it is not run again', () => {
    const lost = {
      status: 'abandoned',
      end_reason: 'worker_lost',
      error:
        'The worker w-3 on db1 was lost: its last sign of life was at 14:00. The action may or may not have done its work.',
    } as const;
    expect(say({ ...lost, idempotent: false })).toBe(
      'Abandoned: The worker w-3 on db1 was lost: its last sign of life was at 14:00. It may or may not have done its work. It is not idempotent, so it is not run again.',
    );
    expect(say({ ...lost, idempotent: true, attempt_count: 3 })).toContain(
      'All 3 attempts are used up.',
    );
  });

  test('quarantined says so before all else', () => {
    expect(say({ status: 'abandoned', end_reason: 'quarantined', attempt_count: 2 })).toBe(
      'Quarantined: the second worker that ran it died. It is not tried again.',
    );
    expect(
      say({
        status: 'failed',
        end_reason: 'quarantined',
        error: 'It could not be claimed by a worker and is quarantined: invalid input syntax',
      }),
    ).toBe('Quarantined: no worker could take it, invalid input syntax. It is not tried again.');
  });
});

describe('an attempt', () => {
  test('says in a few words how it ended', () => {
    const clocks = { timeout_seconds: 30, deadline_seconds: 90 };
    const words = (facts: object) => attemptWords(attempt(facts), clocks);
    expect(words({ process_started_at: null })).toBe('is being started');
    expect(words({ status: 'completed' })).toBe('completed');
    expect(words({ status: 'failed', exit_code: 3 })).toBe('failed with exit code 3');
    expect(words({ status: 'failed', signal: 'SIGKILL' })).toBe(
      'was killed by SIGKILL, which the platform did not send',
    );
    expect(words({ status: 'failed', end_reason: 'not_started' })).toBe('could not be started');
    expect(words({ status: 'timeout', end_reason: 'timeout' })).toBe('timed out after 30 s');
    expect(words({ status: 'timeout', end_reason: 'deadline' })).toBe(
      'ran into the deadline of 1 m 30 s for the whole run',
    );
    expect(words({ status: 'lost', end_reason: 'worker_lost' })).toBe(
      'was lost with its worker worker-1',
    );
    expect(words({ status: 'lost', end_reason: 'worker_stopped' })).toBe(
      'was stopped with its worker worker-1',
    );
  });
});
