import { lstat, opendir, stat, statfs } from 'node:fs/promises';
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
      const found = await lstat(path).catch(() => null);
      if (found === null) continue;
      bytes += found.blocks * BLOCK_BYTES;
      if (found.isDirectory()) open.push(path);
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

/** A file system that a run has to itself, as it is seen from outside; and what stands under its name at our place. */
export interface OwnFileSystem {
  readonly path: string;
  readonly ours: string;
}

/**
 * Bytes in use on a file system of a run's own; 0 when it is not there. Until a sandbox has made its mounts, its root is
 * the host's, and what the host has on its disk is no run's doing.
 */
export async function fileSystemUse({ path, ours }: OwnFileSystem): Promise<number> {
  const [its, outside] = await Promise.all([deviceOf(path), deviceOf(ours)]);
  if (its === null || its === outside) return 0;
  const use = await statfs(path).catch(() => null);
  return use === null ? 0 : (use.blocks - use.bfree) * use.bsize;
}

const deviceOf = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ dev }) => dev,
    () => null,
  );
