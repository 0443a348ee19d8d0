import { describe, expect, test } from 'vitest';
import { cancellationWords, limitWords, repeatWords, retryWords } from './limits.ts';

describe('retries', () => {
  test('are told with their number, their waits and what chance does to them', () => {
    expect(retryWords({ max_retries: 3, retry: {} })).toBe(
      'up to 3 more tries, exponential from 1 s to 5 m, up to 20 % shorter by chance',
    );
    expect(
      retryWords({
        max_retries: 1,
        retry: { backoff: 'constant', delay_seconds: 6, jitter: 0 },
      }),
    ).toBe('up to 1 more try, 6 s apart');
    expect(
      retryWords({
        max_retries: 2,
        retry: { backoff: 'linear', delay_seconds: 0.5, max_delay_seconds: 90, jitter: 0 },
      }),
    ).toBe('up to 2 more tries, linear from 500 ms to 1 m 30 s');
    expect(retryWords({ max_retries: 2, retry: { delay_seconds: 0 } })).toBe(
      'up to 2 more tries, at once',
    );
    expect(retryWords({ max_retries: 0, retry: {} })).toMatch(/^none/);
  });

  test('after a lost worker are for idempotent actions that have retries', () => {
    const facts = { idempotent: true, retry_on_timeout: true, max_retries: 1 };
    expect(repeatWords(facts)).toEqual({
      lost: 'tried again: it is idempotent',
      timeout: 'tried again',
    });
    expect(repeatWords({ ...facts, max_retries: 0 }).lost).toMatch(/^not tried again/);
    expect(repeatWords({ ...facts, max_retries: 0 }).timeout).toBe('not tried again');
    expect(repeatWords({ ...facts, idempotent: false }).lost).toMatch(/^not tried again/);
  });
});

test('a limit says how many, of what, and what becomes of one more', () => {
  expect(limitWords({ limit: 2, key: '{{ parameters.host }}', on_limit: 'enqueue' })).toBe(
    'at most 2 at once per {{ parameters.host }}; one more waits for its turn',
  );
  expect(limitWords({ limit: 1, key: null, on_limit: 'replace' })).toBe(
    'at most 1 at once; one more takes the place of the oldest, which is cancelled',
  );
});

test('a cancellation policy says what becomes of the children', () => {
  expect(cancellationWords('cancel_running')).toContain('the running ones too');
  expect(cancellationWords('allow_finish')).toContain('those that run may finish');
});
