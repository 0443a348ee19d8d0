import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

export interface TestCount {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const Vitest = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  testResults: z.array(
    z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) }),
  ),
});

const Playwright = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
});

/** Counts a run of Vitest from its JSON report; a file that could not even be loaded is one failure. */
export function countVitest(file: string): TestCount {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = Vitest.parse(
    readJson(file),
  );
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    skipped: numPendingTests,
  };
}

/** Counts a run of Playwright from its JSON report; a test that passed at a second try has passed. */
export function countPlaywright(file: string): TestCount {
  const { expected, unexpected, flaky, skipped } = Playwright.parse(readJson(file)).stats;
  return { passed: expected + flaky, failed: unexpected, skipped };
}

function readJson(file: string): unknown {
  if (!existsSync(file)) throw new Error(`There is no report ${file}: the tests did not run.`);
  return JSON.parse(readFileSync(file, 'utf8'));
}
