import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { config } from '#server/config.ts';
import { digestOf, type FileOnDisk } from './read-files.ts';
import { type Look, lookAt, readLook } from './look-at-tree.ts';
import { type Modes, mendTree } from './mend-tree.ts';

/** A pack's files at one state of theirs. */
export interface PackCopy {
  readonly packRef: string;
  readonly digest: string;
}

/** Actions run as other users and have to get in, whatever the umask says. */
const FOR_RUNS: Modes = { directory: 0o755, program: 0o755, file: 0o644 };
/** No run has anything to do with it. */
const FOR_US: Modes = { directory: 0o700, program: 0o700, file: 0o600 };

/** In the data directory: where the copies lie that workers run, and those that they are put back from. */
export const COPIES = ['packs', 'pack-sources'] as const;

/** Where the copy lies that workers run. */
const installedAt = ({ packRef, digest }: PackCopy): string =>
  join(config().ATTUNE_DATA_DIR, COPIES[0], packRef, digest);

/** Where the copy lies that no run ever sees; what a run changed in the other one is put back from it. */
const keptAt = ({ packRef, digest }: PackCopy): string =>
  join(config().ATTUNE_DATA_DIR, COPIES[1], packRef, digest);

/**
 * Copies a pack to where workers run it, `<data>/packs/<ref>/<digest>`, and once more to where it is put back from. A
 * copy that is there already is mended. What runs from an older digest is left alone; `OldPackCopies` removes it later.
 *
 * @returns the directory that is run
 */
export async function installFiles({
  files,
  ...copy
}: PackCopy & { readonly files: readonly FileOnDisk[] }): Promise<string> {
  await touch(keptAt(copy));
  await mendTree(keptAt(copy), files, FOR_US);
  await mendTree(installedAt(copy), files, FOR_RUNS);
  return installedAt(copy);
}

/** Says that a copy from before is about to be used again, although no pack tells so yet. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** Whether both copies are there and as they were written. */
export async function isInstalledWhole(copy: PackCopy): Promise<boolean> {
  const [installed, kept] = await Promise.all([
    findWhole(installedAt(copy), copy.digest),
    readWhole(keptAt(copy), copy.digest),
  ]);
  return installed !== null && kept !== null;
}

/** A directory that is run, if it is as it was installed: how it looked before it was read, and what is in it. */
export const findWhole = (directory: string, digest: string): Promise<WholeTree | null> =>
  readWhole(directory, digest, FOR_RUNS);

/**
 * Makes a directory that is run what it was when the pack was installed.
 *
 * @returns the paths that were not, and null when there is nothing good to put back
 */
export async function putBack(
  directory: string,
  copy: PackCopy,
): Promise<readonly string[] | null> {
  const kept = await readWhole(keptAt(copy), copy.digest);
  return kept && mendTree(directory, kept.files, FOR_RUNS);
}

/**
 * Keeps a copy to put back from, where none was kept yet: a pack that was installed before there were any, or that came
 * with a back-up.
 */
export async function keepIfMissing(copy: PackCopy, files: readonly FileOnDisk[]): Promise<void> {
  if ((await lookAt(keptAt(copy))) === null) await mendTree(keptAt(copy), files, FOR_US);
}

interface WholeTree {
  readonly look: Look;
  readonly files: readonly FileOnDisk[];
}

/** @param modes of all of it; of the copy that is put back from only the contents matter */
async function readWhole(
  directory: string,
  digest: string,
  modes?: Modes,
): Promise<WholeTree | null> {
  // Looked at before it is read: what changes in between looks different the next time.
  const look = await lookAt(directory);
  if (look === null || (modes !== undefined && !hasModes(look, modes))) return null;
  const files = await readLook(directory, look);
  return files !== null && digestOf(files) === digest ? { look, files } : null;
}

const hasModes = ({ files, directoryModes }: Look, modes: Modes): boolean =>
  [...directoryModes].every((mode) => mode === modes.directory) &&
  files.every(
    ({ mode, isExecutable, isLinked }) =>
      !isLinked && mode === (isExecutable ? modes.program : modes.file),
  );
