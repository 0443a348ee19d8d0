import { mkdirSync, rmSync } from 'node:fs';
import { inRoot } from '#bin/paths.ts';
import { countPlaywright, countVitest } from './count-tests.ts';
import type { GateStep } from './gate-step.ts';
import { runCommand } from './run-command.ts';

const REPORTS = inRoot('node_modules/.cache/attune-tests');

/** A project of Vitest. */
export function vitestStep(project: 'unit' | 'int' | 'faults'): GateStep {
  return {
    name: `vitest ${project}`,
    run: async () => {
      const report = freshReport(project);
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
      const { code, output } = await runCommand('vitest', [
        'run',
        '--project',
        project,
        ...reporters,
      ]);
      const tests = countVitest(report);
      return { isGood: code === 0 && tests.failed === 0, output, tests };
    },
  };
}

/** A project of Playwright, by so many workers. */
export const e2eStep = (project: 'together' | 'alone', workers: number): GateStep => ({
  name: `playwright ${project}`,
  run: async () => {
    const report = freshReport(`e2e-${project}`);
    const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: report };
    const { code, output } = await runCommand(
      'playwright',
      [
        'test',
        `--project=${project}`,
        `--workers=${workers}`,
        `--output=test-results/${project}`,
        '--reporter=list,json',
      ],
      env,
    );
    const tests = countPlaywright(report);
    return { isGood: code === 0 && tests.failed === 0, output, tests };
  },
});

/** An old report must not be counted when a run dies before it writes its own. */
function freshReport(name: string): string {
  const file = `${REPORTS}/${name}.json`;
  mkdirSync(REPORTS, { recursive: true });
  rmSync(file, { force: true });
  return file;
}
