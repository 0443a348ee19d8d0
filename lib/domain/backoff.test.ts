import { expect, test } from 'vitest';
import { type RetryPolicy, retryDelayMs } from './backoff.ts';

const policy = (change: Partial<RetryPolicy>): RetryPolicy => ({
  backoff: 'constant',
  delay_seconds: 2,
  max_delay_seconds: 30,
  jitter: 0,
  ...change,
});

const delays = (change: Partial<RetryPolicy>, random = 0) =>
  [1, 2, 3, 6].map((attempt) => retryDelayMs(policy(change), attempt, random));

test('each kind grows in its own way, up to the cap', () => {
  expect(delays({ backoff: 'constant' })).toEqual([2_000, 2_000, 2_000, 2_000]);
  expect(delays({ backoff: 'linear' })).toEqual([2_000, 4_000, 6_000, 12_000]);
  expect(delays({ backoff: 'exponential' })).toEqual([2_000, 4_000, 8_000, 30_000]);
});

test('without a cap the wait ends at an hour, even after thousands of attempts', () => {
  expect(retryDelayMs(policy({ backoff: 'exponential', max_delay_seconds: null }), 5_000, 0)).toBe(
    3_600_000,
  );
});

test('jitter shortens by its share at most', () => {
  expect(delays({ jitter: 0.5 }, 0.999)[0]).toBeGreaterThan(1_000);
  expect(delays({ jitter: 0.5 }, 0.5)[0]).toBe(1_500);
  expect(delays({ jitter: 1 }, 0)[0]).toBe(2_000);
});
