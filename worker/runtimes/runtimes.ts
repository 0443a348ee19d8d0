import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runnerTypeOf } from '#lib/domain/pack-manifest/runner-types.ts';
import type { ProbedRuntime, RuntimeName } from './probe-runtimes.ts';

export { probeRuntimes, type ProbedRuntime, type RuntimeName } from './probe-runtimes.ts';

/** A variable that a runtime gives to the process; `prepend` puts it before what is there, with a colon. */
export interface RuntimeVariable {
  readonly name: string;
  readonly value: string;
  readonly operation: 'set' | 'prepend';
}

/** How the programs of one pack are run. */
export interface Runtime extends Omit<ProbedRuntime, 'interpreter'> {
  /** argv for an entry point, given as an absolute path. */
  readonly command: (entrypointPath: string) => string[];
  readonly environment: readonly RuntimeVariable[];
}

/** Where a pack lies, and what was installed for it. */
export interface RuntimePlace {
  readonly packDirectory: string;
  /** The pack's own installed dependencies for this runtime; null when it has none. */
  readonly environmentDirectory: string | null;
}

/**
 * The runtime for a runner type, as it is for one pack; it may be unavailable and then says why.
 * Null for a word that no runtime has.
 */
export function findRuntime(
  runnerType: string,
  runtimes: readonly ProbedRuntime[],
  place: RuntimePlace,
): Runtime | null {
  const name = runnerTypeOf(runnerType);
  const probed = runtimes.find((runtime) => runtime.name === name);
  if (probed === undefined) return null;
  const { interpreter, ...facts } = probed;
  return {
    ...facts,
    command: (entrypointPath) => [...interpreter, entrypointPath],
    environment: environmentOf(probed.name, place),
  };
}

function environmentOf(name: RuntimeName, place: RuntimePlace): RuntimeVariable[] {
  switch (name) {
    case 'python':
      return [
        { name: 'PYTHONPATH', value: join(place.packDirectory, 'lib'), operation: 'prepend' },
      ];
    case 'nodejs':
      return nodePath(place);
    case 'shell':
    case 'native':
      return [];
  }
}

function nodePath({ environmentDirectory }: RuntimePlace): RuntimeVariable[] {
  if (environmentDirectory === null) return [];
  const value = join(environmentDirectory, 'node_modules');
  return existsSync(value) ? [{ name: 'NODE_PATH', value, operation: 'set' }] : [];
}
