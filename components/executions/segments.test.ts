import { describe, expect, test } from 'vitest';
import { segmentsOf, totalsOf, totalWords, waitBefore } from './segments.ts';

const AT = Date.parse('2026-11-23T14:00:00.000Z');
const time = (seconds: number) => new Date(AT + seconds * 1_000).toISOString();
const attempt = (number: number, from: number, to: number | null, signals: number[] = []) => ({
  number,
  claimed_at: time(from),
  process_started_at: time(from + 1),
  ended_at: to === null ? null : time(to),
  signals: signals.map((at) => ({ signal: 'SIGTERM', at: time(at) })),
});
const run = (status: 'scheduled' | 'running' | 'failed' | 'timeout', more: object = {}) => ({
  status,
  created: time(0),
  finished_at: null,
  run_after: null,
  ...more,
});
const said = (segments: ReturnType<typeof segmentsOf>) =>
  segments.map(
    ({ name, attempt: number, fromMs, toMs }) =>
      `${number} ${name} ${(fromMs - AT) / 1_000}-${(toMs - AT) / 1_000}`,
  );

describe('the time of a run', () => {
  test('is all there: each wait and each try, without a gap', () => {
    const segments = segmentsOf(
      run('timeout', { finished_at: time(20) }),
      [attempt(1, 2, 6), attempt(2, 10, 20, [18])],
      AT + 60_000,
    );
    expect(said(segments)).toEqual([
      '1 queued 0-2',
      '1 starting 2-3',
      '1 running 3-6',
      '2 queued 6-10',
      '2 starting 10-11',
      '2 running 11-18',
      '2 killing 18-20',
    ]);
    expect(totalWords(totalsOf(segments))).toBe(
      'queued 2.0 s, waiting between attempts 4.0 s, starting 2.0 s, running 10.0 s, killing 2.0 s',
    );
  });

  test('goes on until the next try is due, or until now', () => {
    const first = attempt(1, 2, 6);
    expect(
      said(segmentsOf(run('scheduled', { run_after: time(9) }), [first], AT + 7_000)).at(-1),
    ).toBe('2 queued 6-9');
    expect(said(segmentsOf(run('running'), [attempt(1, 2, null)], AT + 7_000)).at(-1)).toBe(
      '1 running 3-7',
    );
  });

  test('that ended in a wait shows the wait', () => {
    const over = run('timeout', { finished_at: time(5) });
    expect(said(segmentsOf(over, [], AT + 60_000))).toEqual(['1 queued 0-5']);
    expect(said(segmentsOf(over, [attempt(1, 1, 3)], AT + 60_000)).at(-1)).toBe('2 queued 3-5');
  });
});

test('a try was waited for since the one before it had ended', () => {
  const attempts = [attempt(1, 2, 6), attempt(2, 10, null)];
  expect([0, 1].map((index) => waitBefore(run('running'), attempts, index))).toEqual([
    2_000, 4_000,
  ]);
});
