import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { isNodeError, Problem } from '#bin/problem.ts';
import { type ArchiveHeader, ArchiveLine } from './format.ts';

/** The lines of an archive, each checked. @throws Problem when it is no archive */
export async function* readArchive(file: string): AsyncGenerator<ArchiveLine> {
  const source = createReadStream(file);
  const unzipped = createGunzip();
  source.on('error', (error) => unzipped.destroy(error));
  try {
    for await (const line of createInterface({
      input: source.pipe(unzipped),
      crlfDelay: Infinity,
    })) {
      yield ArchiveLine.parse(JSON.parse(line));
    }
  } catch (error) {
    throw notAnArchive(file, error);
  }
}

/** Reads it to the end before anything is changed. @throws Problem when it is cut off or damaged */
export async function verifyArchive(file: string): Promise<ArchiveHeader> {
  let header: ArchiveHeader | null = null;
  let rows = 0;
  let end: number | null = null;
  for await (const line of readArchive(file)) {
    if (Array.isArray(line)) rows += 1;
    else if (line.kind === 'header') header = line;
    else if (line.kind === 'end') end = line.rows;
  }
  if (header === null || end !== rows) throw notAnArchive(file);
  return header;
}

function notAnArchive(file: string, cause?: unknown): Problem {
  if (isNodeError(cause) && cause.code === 'ENOENT') {
    return new Problem(
      `There is no file ${file}; name the archive that 'attune backup' wrote.`,
      'restore',
      { cause },
    );
  }
  return new Problem(
    `${file} is no complete back-up of Attune; nothing was changed. Use another archive.`,
    'restore',
    { cause },
  );
}
