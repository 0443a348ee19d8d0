import { expect, test } from 'vitest';
import type { GateResult } from './gate-step.ts';
import { totalOf } from './report.ts';

const result = (isGood: boolean, tests: GateResult['tests'] = null): GateResult => ({
  name: 'x',
  isGood,
  seconds: 1,
  output: '',
  tests,
});

test('a step without tests that fails counts as one failure, one with failed tests as those', () => {
  const results = [
    result(true, { passed: 5, failed: 0, skipped: 1 }),
    result(false),
    result(false, { passed: 2, failed: 3, skipped: 0 }),
    result(false, { passed: 4, failed: 0, skipped: 0 }),
    result(true),
  ];
  expect(totalOf(results)).toEqual({ passed: 11, failed: 5 });
});
