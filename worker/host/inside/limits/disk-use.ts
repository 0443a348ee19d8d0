import { lstat, opendir, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** Beyond this many files we take what we have counted; who makes so many takes up their time as well. */
const ENTRIES_MAX = 50_000;
const BLOCK_BYTES = 512;

/**
 * Bytes that the files below a directory take on disk. Files that are removed while we look count or not; what was
 * removed but is still open, and what is closed to us, does not.
 */
export async function diskUse(directory: string): Promise<number> {
  const open = [directory];
  let bytes = 0;
  let entries = 0;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for await (const name of namesIn(at)) {
      if (++entries > ENTRIES_MAX) return bytes;
      const path = join(at, name);
      const stat = await lstat(path).catch(() => null);
      if (stat === null) continue;
      bytes += stat.blocks * BLOCK_BYTES;
      if (stat.isDirectory()) open.push(path);
    }
  }
  return bytes;
}

async function* namesIn(directory: string): AsyncGenerator<string> {
  try {
    // Where a link took its place meanwhile we count a stranger's files: to the harm of who did it.
    for await (const { name } of await opendir(directory)) yield name;
  } catch {
    // gone meanwhile, or closed to us
  }
}

/** Bytes in use on the file system at a path; 0 when it is not there. */
export async function fileSystemUse(path: string): Promise<number> {
  const stat = await statfs(path).catch(() => null);
  return stat === null ? 0 : (stat.blocks - stat.bfree) * stat.bsize;
}
