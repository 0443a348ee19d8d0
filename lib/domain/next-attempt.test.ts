import { describe, expect, test } from 'vitest';
import { type EndedAttempt, nextStep } from './next-attempt.ts';

const failed: EndedAttempt = {
  end: 'failed',
  reason: 'exit',
  number: 1,
  maxRetries: 2,
  idempotent: false,
  retryOnTimeout: false,
  policy: { backoff: 'linear', delay_seconds: 2, max_delay_seconds: 3, jitter: 0 },
  uncounted: 0,
  crashes: 0,
  random: 0,
};

describe('after an attempt', () => {
  test('that failed comes another while retries are left, later each time, up to the cap', () => {
    expect(nextStep(failed)).toEqual({ kind: 'retry', delayMs: 2_000 });
    expect(nextStep({ ...failed, number: 2 })).toEqual({ kind: 'retry', delayMs: 3_000 });
    expect(nextStep({ ...failed, number: 3 })).toEqual({
      kind: 'end',
      status: 'failed',
      reason: 'exit',
    });
  });

  test('that completed or was cancelled comes none, whatever the action says', () => {
    const eager = { ...failed, idempotent: true, retryOnTimeout: true };
    expect(nextStep({ ...eager, end: 'completed' })).toMatchObject({ status: 'completed' });
    expect(nextStep({ ...eager, end: 'cancelled', reason: 'cancel' })).toMatchObject({
      status: 'cancelled',
    });
  });

  test('that timed out comes another only if the action says so, and never after the deadline', () => {
    const late = { ...failed, end: 'timeout', reason: 'timeout' } as const;
    expect(nextStep(late)).toEqual({ kind: 'end', status: 'timeout', reason: 'timeout' });
    expect(nextStep({ ...late, retryOnTimeout: true })).toMatchObject({ kind: 'retry' });
    expect(nextStep({ ...late, retryOnTimeout: true, reason: 'deadline' })).toEqual({
      kind: 'end',
      status: 'timeout',
      reason: 'deadline',
    });
  });

  test('that was lost comes another only of an idempotent action', () => {
    const lost = { ...failed, end: 'lost', reason: 'worker_lost', crashes: 1 } as const;
    expect(nextStep(lost)).toEqual({ kind: 'end', status: 'abandoned', reason: 'worker_lost' });
    expect(nextStep({ ...lost, idempotent: true })).toMatchObject({ kind: 'retry' });
  });

  test('that was the second to cost a worker its life comes none: it is quarantined', () => {
    const killer = {
      ...failed,
      end: 'lost',
      reason: 'worker_lost',
      idempotent: true,
      number: 2,
      maxRetries: 9,
    } as const;
    expect(nextStep({ ...killer, crashes: 2 })).toEqual({
      kind: 'end',
      status: 'abandoned',
      reason: 'quarantined',
    });
  });

  test('that a leaving worker hands over comes another at once', () => {
    const drained = { ...failed, end: 'lost', reason: 'worker_stopped', idempotent: true } as const;
    expect(nextStep(drained)).toEqual({ kind: 'retry', delayMs: 0 });
    expect(nextStep({ ...drained, idempotent: false })).toMatchObject({ status: 'abandoned' });
  });

  test('is not one retry less for those whose process never started', () => {
    expect(nextStep({ ...failed, number: 4, uncounted: 3 })).toEqual({
      kind: 'retry',
      delayMs: 2_000,
    });
  });

  test('whose process was never started comes another, a bounded number of times', () => {
    const unstarted = { ...failed, end: 'lost', reason: 'never_started', maxRetries: 0 } as const;
    expect(nextStep(unstarted)).toEqual({ kind: 'retry', delayMs: 1_000 });
    expect(nextStep({ ...unstarted, number: 11, uncounted: 10 })).toMatchObject({
      status: 'abandoned',
    });
  });
});
