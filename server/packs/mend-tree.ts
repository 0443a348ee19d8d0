import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { FileOnDisk } from './read-files.ts';

export interface Modes {
  readonly directory: number;
  readonly program: number;
  readonly file: number;
}

/** Files and directories by their names. */
type Tree = Map<string, Tree | FileOnDisk>;

/**
 * Makes a directory hold exactly these files. One that is not there is written beside it and renamed, so that nobody
 * ever finds half of it. One that is there may be in use: only what is not right is touched, each file by one rename.
 *
 * @returns the paths that were not right, without what is below them
 */
export async function mendTree(
  directory: string,
  files: readonly FileOnDisk[],
  modes: Modes,
): Promise<readonly string[]> {
  const tree = treeOf(files);
  await makeParents(directory, modes);
  const fresh = join(dirname(directory), `.${randomBytes(6).toString('hex')}.new`);
  try {
    if ((await find(directory)) === null) {
      await new Mender(modes, `${fresh}.part`).directory(fresh, '', tree);
      const isOurs = await rename(fresh, directory).then(
        () => true,
        () => false, // somebody else was faster: what he left is looked at
      );
      if (isOurs) return [];
    }
    const mender = new Mender(modes, fresh);
    await mender.directory(directory, '', tree);
    return mender.changed;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

function treeOf(files: readonly FileOnDisk[]): Tree {
  const root: Tree = new Map();
  for (const file of files) {
    const steps = file.path.split('/');
    const name = steps.pop() ?? '';
    let at = root;
    for (const step of steps) {
      const next = at.get(step) ?? new Map();
      if (!(next instanceof Map)) throw new Error(`'${file.path}' lies below a file.`);
      at.set(step, next);
      at = next;
    }
    at.set(name, file);
  }
  return root;
}

/** `<data>/<kind>/<ref>`: the two above the copy are ours as well. */
async function makeParents(directory: string, modes: Modes): Promise<void> {
  for (const path of [dirname(dirname(directory)), dirname(directory)]) {
    const isNew = (await mkdir(path, { recursive: true })) !== undefined;
    if (isNew) await chmod(path, modes.directory);
  }
}

class Mender {
  readonly changed: string[] = [];
  #modes: Modes;
  /** Where a file is written before it is renamed; on the same file system. */
  #spare: string;

  constructor(modes: Modes, spare: string) {
    this.#modes = modes;
    this.#spare = spare;
  }

  async directory(at: string, path: string, wanted: Tree): Promise<void> {
    await this.#beDirectory(at, path);
    for (const name of await readdir(at)) {
      if (wanted.has(name)) continue;
      await remove(join(at, name));
      this.changed.push(below(path, name));
    }
    for (const [name, what] of wanted) {
      if (what instanceof Map) await this.directory(join(at, name), below(path, name), what);
      else await this.#file(join(at, name), what);
    }
  }

  async #beDirectory(at: string, path: string): Promise<void> {
    const found = await find(at);
    const isOne = found?.isDirectory() === true;
    if (isOne && (found.mode & 0o7777) === this.#modes.directory) return;
    if (found !== null) this.changed.push(path === '' ? '.' : path);
    if (found !== null && !isOne) await remove(at);
    if (!isOne) await mkdir(at);
    await chmod(at, this.#modes.directory);
  }

  async #file(at: string, file: FileOnDisk): Promise<void> {
    const mode = file.isExecutable ? this.#modes.program : this.#modes.file;
    const found = await find(at);
    const isRight =
      found?.isFile() === true &&
      (found.mode & 0o7777) === mode &&
      // Another name of it, elsewhere, would be a way to change it.
      found.nlink === 1 &&
      found.size === file.content.byteLength &&
      (await readFile(at)).equals(file.content);
    if (isRight) return;
    this.changed.push(file.path);
    if (found?.isDirectory() === true) await remove(at);
    await rm(this.#spare, { force: true });
    await writeFile(this.#spare, file.content, { flag: 'wx' });
    await chmod(this.#spare, mode);
    await rename(this.#spare, at);
  }
}

const below = (path: string, name: string): string => (path === '' ? name : `${path}/${name}`);

/** A link is not followed; null when there is nothing. */
const find = (path: string) =>
  lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });

/** Nothing of ours for a program that is not ours. */
const ENVIRONMENT: Record<string, string> = { PATH: '/usr/bin:/bin' };
const run = promisify(execFile);

/** Whatever it is, closed directories and names too long for one path included. */
export async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    const options = { env: ENVIRONMENT as NodeJS.ProcessEnv };
    await run('chmod', ['-R', 'u+rwx', '--', path], options).catch(() => undefined);
    await run('rm', ['-rf', '--', path], options);
  }
}
