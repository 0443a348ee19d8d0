import { RUNNER_TYPES } from '#lib/contracts/actions.ts';
import { unprocessable } from '#lib/errors.ts';

export type RunnerType = (typeof RUNNER_TYPES)[number];

/** Names by which packs and clients call the runtimes. */
const ALIASES: Readonly<Record<string, RunnerType>> = {
  shell: 'shell',
  sh: 'shell',
  bash: 'shell',
  python: 'python',
  python3: 'python',
  nodejs: 'nodejs',
  node: 'nodejs',
  'node.js': 'nodejs',
  native: 'native',
  builtin: 'native',
  standalone: 'native',
};

const FALLBACK: RunnerType = 'shell';

/** `core.python`, `python3`, … as one of ours; null when there is no such runtime. */
export const findRunnerType = (name: string): RunnerType | null => {
  const alias = name.toLowerCase().replace(/^core\./, '');
  return Object.hasOwn(ALIASES, alias) ? (ALIASES[alias] ?? null) : null;
};

/**
 * The runtime that a body asks for; undefined when it asks for none.
 *
 * @throws AppError `VALIDATION_ERROR`
 */
export function runnerTypeOf(body: {
  runner_type?: RunnerType | undefined;
  runtime_ref?: string | null | undefined;
}): RunnerType | undefined {
  if (body.runner_type !== undefined) return body.runner_type;
  if (body.runtime_ref === undefined || body.runtime_ref === null) return undefined;
  const found = findRunnerType(body.runtime_ref);
  if (found !== null) return found;
  throw unprocessable(`There is no runtime '${body.runtime_ref}'. Use ${RUNNER_TYPES.join(', ')}.`, [
    { path: 'body.runtime_ref', message: `is one of ${RUNNER_TYPES.map((type) => `core.${type}`).join(', ')}` },
  ]);
}

/** Runtimes are no rows: each has a fixed number for the clients that want one. */
export function presentRuntime(stored: string): { runner_type: RunnerType; runtime: number; runtime_ref: string } {
  const type = findRunnerType(stored) ?? FALLBACK;
  return { runner_type: type, runtime: RUNNER_TYPES.indexOf(type) + 1, runtime_ref: `core.${type}` };
}
