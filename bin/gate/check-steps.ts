import type { GateStep } from './gate-step.ts';
import { layersStep } from './layers-step.ts';
import { runCommand } from './run-command.ts';
import { vitestStep } from './test-steps.ts';

const command = (name: string, program: string, ...args: string[]): GateStep => ({
  name,
  run: async () => {
    const { code, output } = await runCommand(program, args);
    return { isGood: code === 0, output };
  },
});

const typesStep: GateStep = {
  name: 'types',
  run: async () => {
    const typegen = await runCommand('next', ['typegen'], { NEXT_TELEMETRY_DISABLED: '1' });
    if (typegen.code !== 0) return { isGood: false, output: typegen.output };
    const { code, output } = await runCommand('tsc', ['--noEmit']);
    return { isGood: code === 0, output };
  },
};

/** All that can be said without a database. */
export const CHECK_STEPS: readonly GateStep[] = [
  command('format', 'oxfmt', '--check', '.'),
  command('lint', 'oxlint', '--type-aware'),
  typesStep,
  layersStep,
  command('dead code', 'knip'),
  vitestStep('unit'),
];
