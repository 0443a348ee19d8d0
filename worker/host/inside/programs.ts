import { accessSync, constants } from 'node:fs';

const DIRECTORIES = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The environment of our own helper programs; actions get theirs and nothing of this. */
export const HELPER_ENVIRONMENT = { PATH: DIRECTORIES.join(':') } as Readonly<
  Record<string, string>
> as NodeJS.ProcessEnv;

/** The absolute path of a system program, or null; an action's PATH has no say in it. */
export function findProgram(name: string): string | null {
  return DIRECTORIES.map((directory) => `${directory}/${name}`).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
