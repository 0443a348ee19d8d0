import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { config } from '#server/config.ts';

/** A fresh private directory of one attempt; gone when it is disposed. */
export interface RunDirectory extends AsyncDisposable {
  readonly path: string;
  readonly home: string;
  readonly tmp: string;
  /** Writes a file that only the process may read. @returns its path */
  writeSecret(name: string, content: string): Promise<string>;
}

/** @param userId who must own it; null = ourselves */
export async function makeRunDirectory(name: string, userId: number | null): Promise<RunDirectory> {
  const path = join(config().ATTUNE_DATA_DIR, 'runs', name);
  const home = join(path, 'home');
  const tmp = join(path, 'tmp');
  // What an attempt of the same name left behind when its worker was killed must not be seen by this one.
  await rm(path, { recursive: true, force: true });
  for (const directory of [path, home, tmp]) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    if (userId !== null) await chown(directory, userId, userId);
  }
  return {
    path,
    home,
    tmp,
    writeSecret: async (file, content) => {
      const target = join(path, file);
      await writeFile(target, content, { mode: 0o400, flag: 'wx' });
      if (userId !== null) await chown(target, userId, userId);
      return target;
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}
