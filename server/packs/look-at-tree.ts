import { type BigIntStats, constants, lstatSync, readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { BYTES_MAX, type FileOnDisk, FILES_MAX } from './read-files.ts';

/** What a tree of files looks like from outside: nothing is read. */
export interface Look {
  /** By their paths. */
  readonly files: readonly SeenFile[];
  /** Permissions of all directories, each once. */
  readonly directoryModes: ReadonlySet<number>;
  /** Another one after everything that writes, moves, adds, removes or gives another mode: the kernel notes the time. */
  readonly fingerprint: string;
  /** The latest of those times, in ms. */
  readonly changedAtMs: number;
}

interface SeenFile {
  /** Below the tree, with slashes. */
  readonly path: string;
  readonly isExecutable: boolean;
  readonly mode: number;
  /** Whether it has another name elsewhere, by which it could be changed. */
  readonly isLinked: boolean;
}

const PERMISSIONS = 0o7777;

/** Directories are counted too. */
const ENTRIES_MAX = 2 * FILES_MAX;
/** Each takes microseconds, and a hundred times that when asked for by way of a thread: others get their turn in between. */
const ENTRIES_PER_TURN = 200;

/** Null when this cannot be a pack as we write it: it is not there, or holds links, pipes, or more than a pack may. */
export async function lookAt(directory: string): Promise<Look | null> {
  const seen = new Walk();
  try {
    await seen.directory(directory, '', statOf(directory));
  } catch {
    return null; // gone, closed or changed under us: in any case not as it was
  }
  if (!seen.isFit) return null;
  return {
    files: seen.files.toSorted((one, other) => (one.path < other.path ? -1 : 1)),
    directoryModes: seen.directoryModes,
    fingerprint: seen.lines.toSorted().join('\n'),
    changedAtMs: Number(seen.changedAtNs / 1_000_000n),
  };
}

class Walk {
  readonly files: SeenFile[] = [];
  readonly directoryModes = new Set<number>();
  readonly lines: string[] = [];
  changedAtNs = 0n;
  isFit = true;
  #bytes = 0n;

  async directory(root: string, path: string, stat: BigIntStats): Promise<void> {
    this.#note(path, stat);
    this.directoryModes.add(Number(stat.mode) & PERMISSIONS);
    const names = readdirSync(join(root, path));
    if (this.lines.length + names.length > ENTRIES_MAX) this.isFit = false;
    for (const name of names) {
      if (!this.isFit) return;
      await this.#entry(root, path === '' ? name : `${path}/${name}`);
    }
  }

  async #entry(root: string, path: string): Promise<void> {
    if (this.lines.length % ENTRIES_PER_TURN === 0) await turn();
    const stat = statOf(join(root, path));
    if (stat.isDirectory()) return this.directory(root, path, stat);
    this.#note(path, stat);
    this.#bytes += stat.size;
    if (!stat.isFile() || this.#bytes > BYTES_MAX) return void (this.isFit = false);
    const mode = Number(stat.mode) & PERMISSIONS;
    const isExecutable = (mode & 0o111) !== 0;
    this.files.push({ path, mode, isExecutable, isLinked: stat.nlink !== 1n });
  }

  #note(path: string, { dev, ino, mode, uid, size, mtimeNs, ctimeNs }: BigIntStats): void {
    this.lines.push(`${path}\0${[dev, ino, mode, uid, size, mtimeNs, ctimeNs].join(' ')}`);
    if (ctimeNs > this.changedAtNs) this.changedAtNs = ctimeNs;
  }
}

/** At a link, not at what it leads to. */
const statOf = (path: string): BigIntStats => lstatSync(path, { bigint: true });

/** The contents of what was seen, in its order; null when it is not there any more. */
export async function readLook(directory: string, look: Look): Promise<FileOnDisk[] | null> {
  const files: FileOnDisk[] = [];
  let bytesLeft = BYTES_MAX;
  for (const { path, isExecutable } of look.files) {
    const content = await readAtMost(join(directory, path), bytesLeft);
    if (content === null) return null;
    bytesLeft -= content.byteLength;
    files.push({ path, content, isExecutable });
  }
  return files;
}

/** Not blocking, and no link followed: somebody may put something else there in the meantime. */
async function readAtMost(path: string, bytesMax: number): Promise<Buffer | null> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags).catch(() => null);
  if (handle === null) return null;
  try {
    const stat = await handle.stat();
    return stat.isFile() && stat.size <= bytesMax ? await handle.readFile() : null;
  } finally {
    await handle.close();
  }
}
