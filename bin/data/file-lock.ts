import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isNodeError } from '#bin/problem.ts';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';

/** Who holds a lock, and whatever else they want to tell those who come after. */
export type Holder<Extra> = ProcessIdentity & Extra;

/**
 * Takes a lock file, or says who has it. A lock whose holder is gone is taken over.
 *
 * @returns null when it is ours now
 */
export function takeLock<Extra extends object>(file: string, extra: Extra): Holder<Extra> | null {
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify({ ...identityOf(process.pid), ...extra }), {
        flag: 'wx',
        mode: 0o600,
      });
      return null;
    } catch (error) {
      if (!isNodeError(error) || error.code !== 'EEXIST') throw error;
    }
    const holder = readLock<Extra>(file);
    if (holder !== null && isAlive(holder)) return holder;
    putAside(file);
  }
}

/** The holder as the file says, alive or not; null when there is no lock. */
export function readLock<Extra>(file: string): Holder<Extra> | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder<Extra>;
  } catch {
    return null;
  }
}

/** Tells more; only the holder may. */
export function updateLock<Extra extends object>(file: string, extra: Extra): void {
  const next = `${file}.next`;
  writeFileSync(next, JSON.stringify({ ...identityOf(process.pid), ...extra }), { mode: 0o600 });
  renameSync(next, file);
}

export function releaseLock(file: string): void {
  if (readLock(file)?.pid === process.pid) rmSync(file, { force: true });
}

/** Renaming is atomic: of two that find a dead holder, one moves the file and the other starts over. */
function putAside(file: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    rmSync(aside, { force: true });
  } catch {
    // the other one was first
  }
}
