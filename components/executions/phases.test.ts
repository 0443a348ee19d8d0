import { expect, test } from 'vitest';
import { phasesOf, phasesOfSummary, phaseWords } from './phases.ts';

const AT = Date.parse('2026-11-23T14:00:00.000Z');
const time = (ms: number) => new Date(AT + ms).toISOString();
const run = {
  created: time(0),
  started_at: time(18),
  finished_at: time(40_059),
  timeout_seconds: 30,
  status: 'timeout',
} as const;

test('the phases of a run add up to all of its time', () => {
  const attempt = {
    claimed_at: time(18),
    process_started_at: time(59),
    ended_at: time(40_059),
    signals: [{ signal: 'SIGTERM', at: time(30_059) }],
  };
  const phases = phasesOf(run, attempt, AT);
  expect(phaseWords(phases)).toBe('queued 18 ms, starting 41 ms, running 30.0 s, killing 10.0 s');
  expect(phases.reduce((sum, { ms }) => sum + ms, 0)).toBe(40_059);
});

test('a run that has not started is queued until now', () => {
  expect(phasesOf({ ...run, started_at: null, finished_at: null }, null, AT + 5_000)).toEqual([
    { name: 'queued', ms: 5_000 },
  ]);
});

test('a list shows what went past the time-out as killing', () => {
  expect(phaseWords(phasesOfSummary(run, AT))).toBe('queued 18 ms, running 30.0 s, killing 10.0 s');
  expect(phasesOfSummary({ ...run, started_at: null }, AT)).toEqual([]);
});
