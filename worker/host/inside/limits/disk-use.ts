import { constants } from 'node:fs';
import { lstat, open, opendir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** Beyond this many files we take what we have counted; who makes so many takes up their time as well. */
const ENTRIES_MAX = 50_000;
const BLOCK_BYTES = 512;
/** The kernel takes paths of up to 4096 bytes, and a name has up to 255. */
const PATH_CHARS_MAX = 1_000;

/**
 * Bytes that the files below a directory take on disk, however deep. Files that are removed while we look count or not;
 * what is closed to us does not.
 */
export async function diskUse(directory: string): Promise<number> {
  const seen: Seen = { bytes: 0, entries: 0 };
  await lookBelow(directory, seen);
  return seen.bytes;
}

interface Seen {
  bytes: number;
  entries: number;
}

async function lookBelow(directory: string, seen: Seen): Promise<void> {
  await using place = await shorten(directory);
  const below: string[] = [];
  for await (const name of namesIn(place.path)) {
    if (++seen.entries > ENTRIES_MAX) return;
    const path = join(place.path, name);
    const found = await lstat(path).catch(() => null);
    if (found === null) continue;
    seen.bytes += found.blocks * BLOCK_BYTES;
    if (found.isDirectory()) below.push(path);
  }
  // Not while the directory above is open: descriptors are fewer than levels.
  for (const path of below) await lookBelow(path, seen);
}

interface Place extends AsyncDisposable {
  readonly path: string;
}

/** Another path to the same directory, from which it goes on: who makes directories deep enough would not be seen. */
async function shorten(path: string): Promise<Place> {
  const asItIs = { path, [Symbol.asyncDispose]: () => Promise.resolve() };
  if (path.length <= PATH_CHARS_MAX) return asItIs;
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  const held = await open(path, flags).catch(() => null);
  if (held === null) return asItIs;
  return {
    path: `/proc/self/fd/${held.fd}`,
    [Symbol.asyncDispose]: () => held.close(),
  };
}

/**
 * Bytes of the files that processes have open and that have no name: removed meanwhile, or in memory and never named.
 * What is only mapped, or on its way from one process to another, does not count.
 *
 * @param counted whose files count already
 */
export async function namelessUse(
  pids: Iterable<number>,
  counted: readonly OwnFileSystem[],
): Promise<number> {
  const devices = await Promise.all(counted.map(({ path }) => deviceOf(path)));
  const files = new Map<string, number>();
  let entries = 0;
  for (const pid of pids) {
    const directory = `/proc/${pid}/fd`;
    for await (const name of namesIn(directory)) {
      if (++entries > ENTRIES_MAX) break;
      const found = await stat(join(directory, name)).catch(() => null);
      if (found?.isFile() === true && found.nlink === 0 && !devices.includes(found.dev))
        files.set(`${found.dev}:${found.ino}`, found.blocks * BLOCK_BYTES);
    }
  }
  return files.values().reduce((total, bytes) => total + bytes, 0);
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
