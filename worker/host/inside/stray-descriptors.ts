import { closeSync, readdirSync, readFileSync } from 'node:fs';

const CLOSE_ON_EXEC = 0o2000000;

/**
 * Closes what the worker was itself started with and handed on: Node marks only the lowest
 * descriptors close-on-exec, so a high one would travel through us into every action.
 */
export function closeStrayDescriptors(): void {
  for (const fd of descriptors()) {
    if (fd <= 2 || !isInherited(fd)) continue;
    try {
      closeSync(fd);
    } catch {
      // the one that listed the directory
    }
  }
}

function descriptors(): number[] {
  try {
    return readdirSync('/proc/self/fdinfo').map(Number);
  } catch {
    return []; // no /proc: nothing to go by
  }
}

/** Everything that Node opens for itself is close-on-exec, its IPC channel included. */
function isInherited(fd: number): boolean {
  try {
    const flags = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    return false;
  }
}
