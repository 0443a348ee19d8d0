import { complain } from './screen.ts';
import { describeProblem } from './problem.ts';
import { buildDashboard } from './start/build-dashboard.ts';

// `node bin/run-build.ts`: the dashboard alone, for an image.
try {
  await buildDashboard();
} catch (error) {
  complain(`attune: ${describeProblem(error)}`);
  process.exitCode = 1;
}
