import { expect, test } from 'vitest';
import { phasesOfSummary, phaseWords } from './phases.ts';

const AT = Date.parse('2026-11-23T14:00:00.000Z');
const time = (ms: number) => new Date(AT + ms).toISOString();
const run = {
  created: time(0),
  started_at: time(18),
  finished_at: time(40_059),
  timeout_seconds: 30,
  attempt_count: 1,
} as const;

test('a list shows what went past the time-out as killing', () => {
  expect(phaseWords(phasesOfSummary(run, AT))).toBe('queued 18 ms, running 30.0 s, killing 10.0 s');
  expect(phasesOfSummary({ ...run, started_at: null }, AT)).toEqual([]);
});

test('the waits between attempts are not taken for killing', () => {
  expect(phaseWords(phasesOfSummary({ ...run, attempt_count: 2 }, AT))).toBe(
    'queued 18 ms, running 40.0 s',
  );
});
