import { randomInt } from 'node:crypto';
import { CHECK_STEPS } from './gate/check-steps.ts';
import { type GateResult, type GateStep, runStep } from './gate/gate-step.ts';
import { provideTools } from './gate/provide-tools.ts';
import { showResult, totalOf } from './gate/report.ts';
import { e2eStep, vitestStep } from './gate/test-steps.ts';
import { say } from './screen.ts';
import { buildDashboard } from './start/build-dashboard.ts';

const HEARTBEAT_MS = 30_000;
/** Each has a product and a browser. */
const E2E_WORKERS = 2;

const buildStep: GateStep = {
  name: 'build',
  run: async () => {
    await buildDashboard();
    return { isGood: true, output: '' };
  },
};

/** What tests choose by chance they choose from this: the same seed, the same choices. */
process.env['ATTUNE_TEST_SEED'] ??= String(randomInt(2 ** 31));

// `npm test`: everything that must hold. The last line counts.
say(`seed ${process.env['ATTUNE_TEST_SEED']}: ATTUNE_TEST_SEED makes the same choices again`);
await provideTools();
const results: GateResult[] = [];
await inParallel(CHECK_STEPS);
for (const step of [
  vitestStep('int'),
  buildStep,
  vitestStep('faults'),
  e2eStep('together', E2E_WORKERS),
  e2eStep('alone', 1),
])
  await inParallel([step]);

const { passed, failed } = totalOf(results);
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function inParallel(steps: readonly GateStep[]): Promise<void> {
  const startedAt = Date.now();
  const heartbeat = setInterval(() => {
    say(
      `  … ${steps.map(({ name }) => name).join(', ')}: ${Math.round((Date.now() - startedAt) / 1_000)} s`,
    );
  }, HEARTBEAT_MS);
  const show = async (step: GateStep) => {
    const result = await runStep(step);
    showResult(result);
    results.push(result);
  };
  await Promise.all(steps.map(show));
  clearInterval(heartbeat);
}
