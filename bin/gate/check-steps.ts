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

/** The types of Next's routes: made once, for the compiler and for the linter that asks it. */
let typegen: ReturnType<typeof runCommand> | undefined;

const afterTypegen = (name: string, program: string, ...args: string[]): GateStep => ({
  name,
  run: async () => {
    typegen ??= runCommand('next', ['typegen'], { NEXT_TELEMETRY_DISABLED: '1' });
    const made = await typegen;
    if (made.code !== 0) return { isGood: false, output: made.output };
    return command(name, program, ...args).run();
  },
});

/** All that can be said without a database. */
export const CHECK_STEPS: readonly GateStep[] = [
  command('format', 'oxfmt', '--check', '.'),
  afterTypegen('lint', 'oxlint', '--type-aware'),
  afterTypegen('types', 'tsc', '--noEmit'),
  layersStep,
  command('dead code', 'knip'),
  vitestStep('unit'),
];
