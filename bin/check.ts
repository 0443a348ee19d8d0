import { CHECK_STEPS } from './gate/check-steps.ts';
import { runStep } from './gate/gate-step.ts';
import { showResult } from './gate/report.ts';

// `npm run check`: everything that needs no database, at once.
const results = await Promise.all(
  CHECK_STEPS.map(async (step) => {
    const result = await runStep(step);
    showResult(result);
    return result;
  }),
);
process.exitCode = results.every(({ isGood }) => isGood) ? 0 : 1;
