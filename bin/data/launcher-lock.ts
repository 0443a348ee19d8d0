import { join } from 'node:path';
import { isNodeError, Problem } from '#bin/problem.ts';
import { type Holder, readLock, releaseLock, takeLock, updateLock } from './file-lock.ts';
import { isAlive } from './process-identity.ts';

/** What a running launcher tells other commands. */
interface Told {
  readonly startedAt: string;
  /** Where people find the dashboard, once it is there. */
  readonly webUrl?: string;
  /** Where this machine reaches web, whatever stands in front of it for others. */
  readonly localUrl?: string;
  /** The embedded Postgres' socket directory, while it runs. */
  readonly socketDir?: string;
}

export interface LauncherLock {
  readonly tell: (more: Omit<Told, 'startedAt'>) => void;
  readonly release: () => void;
}

const fileOf = (dataDir: string): string => join(dataDir, 'launcher.lock');

/** One launcher per data directory. @throws Problem that says who runs and where */
export function takeLauncherLock(dataDir: string): LauncherLock {
  const file = fileOf(dataDir);
  let told: Told = { startedAt: new Date().toISOString() };
  const holder = take(dataDir, file, told);
  if (holder !== null) {
    const where = holder.webUrl === undefined ? 'still starting' : `at ${holder.webUrl}`;
    throw new Problem(
      `Attune already runs on ${dataDir}: process ${holder.pid}, ${where}; use that one, stop it, or set ATTUNE_DATA_DIR to another directory.`,
      'already-running',
    );
  }
  return {
    tell(more) {
      told = { ...told, ...more };
      updateLock(file, told);
    },
    release: () => releaseLock(file),
  };
}

function take(dataDir: string, file: string, told: Told): Holder<Told> | null {
  try {
    return takeLock<Told>(file, told);
  } catch (error) {
    if (!isNodeError(error) || error.code === 'ENOSPC') throw error;
    throw new Problem(
      `The data directory ${dataDir} cannot be written (${error.code}); set ATTUNE_DATA_DIR to a directory that you may write to.`,
      'data-directory',
      { cause: error },
    );
  }
}

/** The launcher that runs on a data directory now. */
export function findLauncher(dataDir: string): Holder<Told> | null {
  const holder = readLock<Told>(fileOf(dataDir));
  return holder !== null && isAlive(holder) ? holder : null;
}
