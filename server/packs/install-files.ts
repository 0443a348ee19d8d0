import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { config } from '#server/config.ts';
import type { FileOnDisk } from './read-files.ts';

interface Installation {
  readonly packRef: string;
  readonly digest: string;
  readonly files: readonly FileOnDisk[];
  /** Paths that are run, whatever their mode was. */
  readonly scripts: ReadonlySet<string>;
}

const READABLE = 0o755;

/**
 * Copies a pack to where workers run it, `<data>/packs/<ref>/<digest>`. Written beside it and renamed, so that nobody
 * ever finds half a pack. What runs from an older digest is left alone.
 *
 * @returns the directory
 */
export async function installFiles({
  packRef,
  digest,
  files,
  scripts,
}: Installation): Promise<string> {
  const parent = join(config().ATTUNE_DATA_DIR, 'packs', packRef);
  const target = join(parent, digest);
  if (await exists(target)) return target;
  await makeDirectory(dirname(parent));
  await makeDirectory(parent);
  const fresh = join(parent, `.${randomBytes(6).toString('hex')}.new`);
  try {
    await makeDirectory(fresh);
    for (const { path, content, isExecutable } of files) {
      const file = join(fresh, path);
      await makeParents(fresh, path);
      await writeFile(file, content);
      await chmod(file, isExecutable || scripts.has(path) ? 0o755 : 0o644);
    }
    await rename(fresh, target).catch(async (error: unknown) => {
      // Somebody else was faster with the same files.
      if (!(await exists(target))) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return target;
}

/** The umask may be anything; actions run as other users and have to get in. */
async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, READABLE);
}

async function makeParents(root: string, path: string): Promise<void> {
  const steps = path.split('/').slice(0, -1);
  for (const [at] of steps.entries()) await makeDirectory(join(root, ...steps.slice(0, at + 1)));
}

const exists = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
