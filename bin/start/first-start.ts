import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '#bin/problem.ts';

/** Lies beside the rest when the database's files had to go elsewhere. */
const POINTER = 'postgres-place';

export interface Traces {
  /** What came into the directory since goes away again, unless the error sends the reader to a log in it. */
  readonly remove: (error: unknown) => void;
}

/** Remembers what is in a data directory, so that a start which fails before it has a database leaves nothing behind. */
export function watchTraces(dataDir: string): Traces {
  const before = new Set(readdirSync(dataDir));
  return {
    remove(error) {
      if (error instanceof Problem && error.anchor === 'postgres-start') return;
      const added = readdirSync(dataDir).filter((name) => !before.has(name));
      if (added.includes(POINTER)) removePlace(join(dataDir, POINTER), dataDir);
      for (const name of added) rmSync(join(dataDir, name), { recursive: true, force: true });
    },
  };
}

/** Only one that says that it is this directory's. */
function removePlace(pointer: string, dataDir: string): void {
  const place = readFileSync(pointer, 'utf8').trim();
  const owner = join(place, 'owner');
  if (existsSync(owner) && readFileSync(owner, 'utf8').trim() === dataDir)
    rmSync(place, { recursive: true, force: true });
}
