import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sweep } from './inside/marked-by-place.ts';
import { HELPER_ENVIRONMENT } from './inside/programs.ts';
import {
  isOwnerGone,
  ownerName,
  ownRunsDirectory,
  ownWorkerDirectory,
  parseOwner,
} from './owner.ts';

/** What had outlived its worker. */
export interface Leftovers {
  readonly directories: number;
  readonly processes: number;
}

/** Where each worker has a directory named after it. */
const PARENTS = ['runs', 'worker'];
const SWEEP_MS_MAX = 10_000;

/**
 * Ends the processes and removes the directories of workers that do not live any more; those of living ones, which may
 * share the data directory, are not touched. For the start of a worker, and safe at any time.
 */
export async function sweepLeftovers(dataDir: string): Promise<Leftovers> {
  const gone = listOwners(dataDir).filter((name) => isGone(dataDir, name));
  const directories = gone.flatMap((name) => placesOf(dataDir, name));
  if (directories.length === 0) return { directories: 0, processes: 0 };
  const processes = await sweep(
    {
      directories: [...new Set(directories.flatMap((path) => [path, realpathSync(path)]))],
      groups: new Set(),
      spared: new Set([1, process.pid, process.ppid]),
    },
    { giveUpAt: Date.now() + SWEEP_MS_MAX, mayStartMore: () => false },
  );
  await Promise.all(directories.map(remove));
  return { directories: directories.length, processes };
}

/** In the directory of a worker: its id, for whoever finds the directory without the worker. */
const ID_FILE = 'worker-id';

/** Leaves word of this worker's id. */
export const leaveId = (dataDir: string, workerId: number): Promise<void> =>
  writeFile(join(ownWorkerDirectory(dataDir), ID_FILE), String(workerId), { mode: 0o600 });

/** Workers that do not live any more, as far as they had left word; none after `sweepLeftovers`. */
export const findGoneWorkers = (dataDir: string): number[] =>
  listOwners(dataDir)
    .filter((name) => isGone(dataDir, name))
    .map((name) => idIn(join(dataDir, 'worker', name)))
    .filter((id) => Number.isSafeInteger(id) && id > 0);

/** NaN when it has died before it got one. */
function idIn(directory: string): number {
  try {
    return Number(readFileSync(join(directory, ID_FILE), 'utf8'));
  } catch {
    return NaN;
  }
}

/** For the orderly end of this process. */
export async function removeOwnDirectories(dataDir: string): Promise<void> {
  await Promise.all([ownRunsDirectory(dataDir), ownWorkerDirectory(dataDir)].map(remove));
}

const listOwners = (dataDir: string): string[] => [
  ...new Set(PARENTS.flatMap((parent) => namesIn(join(dataDir, parent)))),
];

function isGone(dataDir: string, name: string): boolean {
  const owner = parseOwner(name);
  if (owner === null || name === ownerName()) return false;
  return isOwnerGone(owner, [...placesOf(dataDir, name), join(dataDir, 'worker', name, 'host')]);
}

/** Those that exist. */
const placesOf = (dataDir: string, name: string): string[] =>
  PARENTS.filter((parent) => namesIn(join(dataDir, parent)).includes(name)).map((parent) =>
    join(dataDir, parent, name),
  );

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // nobody has made it yet
  }
}

/** rm(1) and not Node's: it walks down into names that are longer than a path may be. */
async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    await promisify(execFile)('rm', ['-rf', '--', path], { env: HELPER_ENVIRONMENT });
  }
}
