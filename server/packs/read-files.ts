import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { AppError, unprocessable } from '#lib/errors.ts';
import { config } from '#server/config.ts';

export interface FileOnDisk {
  /** Below the pack, with slashes. */
  readonly path: string;
  readonly content: Buffer;
  readonly isExecutable: boolean;
}

export const FILES_MAX = 5_000;
export const BYTES_MAX = 100 * 1024 * 1024;
const LEFT_OUT = new Set(['.git', '__pycache__']);

/**
 * Every file of a directory. Links are followed to files inside it only; devices and pipes are refused, as is more
 * than 5,000 files or 100 MiB.
 *
 * @throws AppError `VALIDATION_ERROR` that names what is wrong with the directory
 */
export async function readPackFiles(directory: string): Promise<FileOnDisk[]> {
  const root = await checkDirectory(directory);
  const paths = await listPaths(root);
  const files: FileOnDisk[] = [];
  let bytes = 0;
  for (const path of paths) {
    const file = await readFileAt(root, path, BYTES_MAX - bytes);
    bytes += file.content.byteLength;
    files.push(file);
  }
  return files;
}

async function checkDirectory(directory: string): Promise<string> {
  if (!isAbsolute(directory))
    throw refuse(`'${directory}' is not absolute. Give the whole path of the pack's directory.`);
  const root = await realpath(directory).catch((cause: unknown) => {
    throw refuse(
      `The directory '${directory}' cannot be read. Is it on the host of the server?`,
      cause,
    );
  });
  if (!(await lstat(root)).isDirectory())
    throw refuse(`'${directory}' is no directory. Give the directory that holds pack.yaml.`);
  const own = await realpath(config().ATTUNE_DATA_DIR).catch(() => config().ATTUNE_DATA_DIR);
  // Our data directory holds secrets and databases; nothing of it is a pack.
  if (isInside(root, own) || isInside(own, root)) {
    throw refuse(
      `'${directory}' holds, or lies in, the data directory of the server. Copy the pack elsewhere first.`,
    );
  }
  // Told before the rest is read: whatever else is there is none of our business.
  if (!(await readdir(root)).some((name) => name === 'pack.yaml' || name === 'pack.yml')) {
    throw refuse(`'${directory}' has no pack.yaml. Give the directory that holds it.`);
  }
  return root;
}

function isInside(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function listPaths(root: string): Promise<string[]> {
  const found: string[] = [];
  const walk = async (directory: string): Promise<void> => {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      if (LEFT_OUT.has(entry.name)) continue;
      const path = join(directory, entry.name);
      if (entry.isDirectory()) await walk(path);
      else found.push(relative(root, path));
      if (found.length > FILES_MAX)
        throw refuse(
          `The pack has more than ${FILES_MAX.toLocaleString('en')} files. Leave out what it does not need.`,
        );
    }
  };
  await walk(root).catch((error: unknown) => {
    if (error instanceof AppError) throw error;
    throw refuse(
      `The directory '${root}' cannot be read to its end. Check its permissions.`,
      error,
    );
  });
  return found.toSorted();
}

async function readFileAt(root: string, path: string, bytesLeft: number): Promise<FileOnDisk> {
  const target = await realpath(join(root, path)).catch((cause: unknown) => {
    throw refuse(`The link '${path}' leads nowhere. Remove it.`, cause);
  });
  if (!isInside(target, root))
    throw refuse(`'${path}' is a link that leaves the pack. Replace it by the file.`);
  // Not blocking: whoever put a pipe there in the meantime does not hold us up.
  const handle = await open(
    target,
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  ).catch((cause: unknown) => {
    throw refuse(`The file '${path}' cannot be read. Check its permissions.`, cause);
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile())
      throw refuse(`'${path}' is neither a file nor a directory of the pack. Remove it.`);
    if (stats.size > bytesLeft)
      throw refuse(
        `The pack is larger than ${BYTES_MAX / 1024 / 1024} MiB. Leave out what it does not need.`,
      );
    return {
      path: path.split(sep).join('/'),
      content: await handle.readFile(),
      isExecutable: (stats.mode & 0o111) !== 0,
    };
  } finally {
    await handle.close();
  }
}

const refuse = (message: string, cause?: unknown): AppError => {
  const { details } = unprocessable(message, [{ path: 'body.path', message }]);
  return new AppError('VALIDATION_ERROR', message, { details, cause });
};

/** Raised when packs are read differently, so that all of them are loaded again. */
const READER = 'attune pack 1';

/** sha-256 over paths, contents and what is executable. */
export function digestOf(files: readonly FileOnDisk[]): string {
  const hash = createHash('sha256').update(READER);
  for (const { path, content, isExecutable } of files) {
    hash.update(`\0${path}\0${isExecutable ? 'x' : '-'}${content.byteLength}\0`).update(content);
  }
  return hash.digest('hex');
}
