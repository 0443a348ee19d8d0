import { copyFileSync, linkSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Whom root becomes to test what an ordinary user can do. */
export const NOBODY = 65_534;

/** Our own Node often lies where nobody else may go. */
export function placeNode(directory: string): string {
  const node = join(directory, 'node');
  try {
    linkSync(process.execPath, node);
  } catch {
    copyFileSync(process.execPath, node);
  }
  return node;
}

/** Whether anybody may read us: a clone in root's home cannot be run by another user. */
export function isProjectOpen(): boolean {
  for (let at = dirname(fileURLToPath(import.meta.url)); at !== '/'; at = dirname(at)) {
    if ((statSync(at).mode & 0o5) !== 0o5) return false;
  }
  return true;
}
