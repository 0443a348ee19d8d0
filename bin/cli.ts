import { complain } from './screen.ts';
import { describeProblem } from './problem.ts';
import { scrubEnvironment } from './scrub-environment.ts';

try {
  scrubEnvironment(); // before anything is started that would inherit a secret
  const { createProgram } = await import('./program.ts');
  await createProgram().parseAsync();
  process.exit(process.exitCode ?? 0);
} catch (error) {
  complain(`attune: ${describeProblem(error)}`);
  process.exit(1);
}
