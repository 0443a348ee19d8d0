import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory and those above it. Not `mkdir` with `recursive`: below /proc that tries for ever, as the kernel
 * says ENOENT for a parent that is there.
 *
 * @returns the uppermost one that was made, null when all were there
 */
export function makeDirectory(dir: string, mode: number): string | null {
  const found = statSync(dir, { throwIfNoEntry: false });
  if (found?.isDirectory()) return null;
  const above = dirname(dir);
  const uppermost = above === dir ? null : makeDirectory(above, mode);
  try {
    mkdirSync(dir, mode);
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
  return uppermost ?? dir;
}
