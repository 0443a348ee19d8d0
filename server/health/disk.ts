import { statfs as statfsOf } from 'node:fs/promises';

/** Of a file system, what is asked here: how many blocks are left for us, and their size. */
export type Statfs = (path: string) => Promise<{ readonly bavail: number; readonly bsize: number }>;

/** Bytes that may still be written where `path` is; null when nobody can tell. */
export async function freeBytes(path: string, statfs: Statfs = statfsOf): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** What to do about a disk that is nearly full, in one sentence. */
export const lowDiskSentence = (free: string, needed: string): string =>
  `The disk of the data directory has ${free} left, and ${needed} are needed: nothing new is started until some space is freed.`;
