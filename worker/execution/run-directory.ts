import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { config } from '#server/config.ts';
import { log } from '#server/log.ts';
import { ownRunsDirectory } from '../host/owner.ts';

/** A fresh private directory of one attempt; gone when it is disposed. */
export interface RunDirectory extends AsyncDisposable {
  /** Also its HOME and its TMPDIR. */
  readonly path: string;
  /** Writes a file that only the process may read. @returns its path */
  writeSecret(name: string, content: string): Promise<string>;
}

/** @param userId who must own it; null = ourselves */
export async function makeRunDirectory(name: string, userId: number | null): Promise<RunDirectory> {
  // Whose it is stands in the directory around it: that costs nothing for each run, and who comes later sees it.
  const path = join(ownRunsDirectory(config().ATTUNE_DATA_DIR), name);
  // What an attempt of the same name left behind when its worker was killed must not be seen by this one.
  if (existsSync(path)) await remove(path);
  // One directory for all: each more costs milliseconds before every run on a slow disk.
  await makeIn(ownRunsDirectory(config().ATTUNE_DATA_DIR), path);
  if (userId !== null) await chown(path, userId, userId);
  return {
    path,
    writeSecret: async (file, content) => {
      const target = join(path, file);
      await writeFile(target, content, { mode: 0o400, flag: 'wx' });
      if (userId !== null) await chown(target, userId, userId);
      return target;
    },
    [Symbol.asyncDispose]: () => remove(path),
  };
}

async function makeIn(parent: string, path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(parent, { recursive: true });
    // Slot users pass through to their own and can list none; whatever the umask says.
    await chmod(parent, 0o711);
    await mkdir(path, { mode: 0o700 });
  }
}

/** Nothing of ours for a program that is not ours. */
const ENVIRONMENT: Record<string, string> = { PATH: '/usr/bin:/bin' };

/**
 * Takes a directory away, whatever the run has put there. Never fails: what came of the run does not depend on what it
 * left behind.
 */
async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // Names deeper than a path may be long: rm(1) walks down instead of naming them whole.
    try {
      await promisify(execFile)('rm', ['-rf', '--', path], {
        env: ENVIRONMENT as NodeJS.ProcessEnv,
      });
    } catch (error) {
      log.warn({ err: error, path }, 'a run directory could not be removed');
    }
  }
}
