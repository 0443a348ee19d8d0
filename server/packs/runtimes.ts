import {
  RUNNER_TYPES,
  type RunnerType,
  runnerTypeOf as findRunnerType,
} from '#lib/domain/pack-manifest/index.ts';
import { unprocessable } from '#lib/errors.ts';

const FALLBACK: RunnerType = 'shell';

/**
 * The runtime that a body asks for, by its type or as `core.python`; undefined when it asks for none.
 *
 * @throws AppError `VALIDATION_ERROR`
 */
export function runnerTypeOf(body: {
  runner_type?: RunnerType | undefined;
  runtime_ref?: string | null | undefined;
}): RunnerType | undefined {
  if (body.runner_type !== undefined) return body.runner_type;
  if (body.runtime_ref === undefined || body.runtime_ref === null) return undefined;
  const found = findRunnerType(body.runtime_ref.replace(/^core\./, ''));
  if (found !== null) return found;
  throw unprocessable(
    `There is no runtime '${body.runtime_ref}'. Use ${RUNNER_TYPES.join(', ')}.`,
    [
      {
        path: 'body.runtime_ref',
        message: `is one of ${RUNNER_TYPES.map((type) => `core.${type}`).join(', ')}`,
      },
    ],
  );
}

/** Runtimes are no rows: each has a fixed number for the clients that want one. */
export function presentRuntime(stored: string): {
  runner_type: RunnerType;
  runtime: number;
  runtime_ref: string;
} {
  const type = findRunnerType(stored) ?? FALLBACK;
  return {
    runner_type: type,
    runtime: RUNNER_TYPES.indexOf(type) + 1,
    runtime_ref: `core.${type}`,
  };
}
