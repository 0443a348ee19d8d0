import { say } from '#bin/screen.ts';
import type { GateResult } from './gate-step.ts';

const TAIL_LINES = 200;

/** One line per step, and the words of those that failed. */
export function showResult({ name, isGood, seconds, output, tests }: GateResult): void {
  const counts =
    tests === null
      ? ''
      : ` · ${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped`;
  say(`${isGood ? '✓' : '✗'} ${name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s${counts}`);
  if (!isGood) say(output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n'));
}

/** The last line of a test run: every test, and each step that failed without a failed test of its own. */
export function totalOf(results: readonly GateResult[]): { passed: number; failed: number } {
  const passed = results.reduce((sum, { tests }) => sum + (tests?.passed ?? 0), 0);
  const failed = results.reduce(
    (sum, { tests, isGood }) => sum + Math.max(tests?.failed ?? 0, isGood ? 0 : 1),
    0,
  );
  return { passed, failed };
}
