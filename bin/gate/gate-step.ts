import type { TestCount } from './count-tests.ts';

export interface GateResult {
  readonly name: string;
  readonly isGood: boolean;
  readonly seconds: number;
  /** What to read when it is not good. */
  readonly output: string;
  /** For steps that run tests. */
  readonly tests: TestCount | null;
}

export interface GateStep {
  readonly name: string;
  readonly run: () => Promise<Pick<GateResult, 'isGood' | 'output'> & { tests?: TestCount }>;
}

/** Runs one step and takes its time; a step that throws has failed. */
export async function runStep({ name, run }: GateStep): Promise<GateResult> {
  const startedAt = performance.now();
  const secondsSince = () => (performance.now() - startedAt) / 1_000;
  try {
    const { isGood, output, tests = null } = await run();
    return { name, isGood, output, tests, seconds: secondsSince() };
  } catch (error) {
    const output = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { name, isGood: false, output, tests: null, seconds: secondsSince() };
  }
}
