import { expect, test } from 'vitest';
import type { ExecutionDuration } from '#lib/contracts/executions.ts';
import { instantAt, scaleOf, scatterWords } from './scatter-scale.ts';

const mark = (seconds: number, ms: number, status: ExecutionDuration['status'] = 'completed') => ({
  id: seconds,
  status,
  action_ref: 'core.echo',
  created: new Date(seconds * 1_000).toISOString(),
  ms,
});

test('the first run stands left, the last right, and ten times as long is one line higher', () => {
  const scale = scaleOf([mark(100, 10), mark(200, 1_000), mark(150, 100)]);
  expect(scale?.decades).toEqual([1, 2, 3]);
  expect([100, 150, 200].map((seconds) => scale?.x(seconds * 1_000))).toEqual([0, 0.5, 1]);
  expect([10, 100, 1_000].map((ms) => scale?.y(ms))).toEqual([1, 0.5, 0]);
});

test('a run of no time and a run alone have a place', () => {
  const scale = scaleOf([mark(100, 0)]);
  expect(scale?.y(0)).toBe(1);
  expect(scale?.x(100_000)).toBe(0.5);
  expect(scaleOf([])).toBeNull();
});

test('a place in the chart is an instant, never outside of it', () => {
  const scale = scaleOf([mark(100, 10), mark(200, 10)]);
  if (scale === null) throw new Error('there are marks');
  expect([-1, 0.25, 2].map((fraction) => instantAt(scale, fraction))).toEqual([
    100_000, 125_000, 200_000,
  ]);
});

test('the chart says how many did not complete', () => {
  expect(scatterWords([mark(1, 1), mark(2, 1, 'failed'), mark(3, 1, 'running')])).toContain(
    '3 runs took, by when they were asked for; 1 of them',
  );
});
