import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The program's path when it is in PATH, else null. */
export function findCommand(name: string): string | null {
  const dirs = (process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin').split(delimiter);
  for (const dir of dirs) {
    const file = join(dir, name);
    if (isExecutable(file)) return file;
  }
  return null;
}

export function hasCommand(name: string): boolean {
  return findCommand(name) !== null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
