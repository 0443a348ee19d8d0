import { statfsSync } from 'node:fs';
import { Problem } from '#bin/problem.ts';

const NEEDED_MEGABYTES = 500;

/** @throws Problem before a step that would otherwise stop in the middle */
export function requireDiskSpace(dir: string): void {
  const free = freeMegabytes(dir);
  if (free >= NEEDED_MEGABYTES) return;
  throw new Problem(
    `There are ${free} MB left on the disk of ${dir}, and ${NEEDED_MEGABYTES} MB are needed; free some space and start again.`,
    'disk-full',
  );
}

export function freeMegabytes(dir: string): number {
  const { bavail, bsize } = statfsSync(dir);
  return Math.floor((bavail * bsize) / 1024 / 1024);
}
