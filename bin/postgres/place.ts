import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '#bin/problem.ts';
import type { Identity } from './identity.ts';
import { canRun } from './run-as.ts';

/** Where the cluster of one data directory lies. */
export interface Place {
  /** 0700, owned by the identity; holds `cluster/` and `postgres.log`. */
  readonly dir: string;
  /** Set when the data directory cannot be reached by Postgres' user and another one had to do. */
  readonly outside: boolean;
}

const OUTSIDE_ROOT = '/var/lib/attune';

/**
 * Inside the data directory when Postgres' user can get there, else under `/var/lib/attune`, with a pointer left
 * behind: a clone in root's home (0700) is as good as any other, and a moved one finds its data again.
 */
export function choosePlace(dataDir: string, identity: Identity | null): Place {
  const pointer = join(dataDir, 'postgres-place');
  if (existsSync(pointer)) return outside(readFileSync(pointer, 'utf8').trim(), dataDir, identity);

  const inside = join(dataDir, 'postgres');
  own(inside, identity);
  if (identity === null || canRun(identity, 'test', ['-w', inside])) {
    return { dir: inside, outside: false };
  }
  if (existsSync(join(inside, 'cluster'))) {
    throw new Problem(
      `The user '${identity.name}' can no longer reach the database in ${inside}; open the directories above it (chmod o+x), or set DATABASE_URL.`,
      'postgres-place',
    );
  }
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const place = outside(join(OUTSIDE_ROOT, name), dataDir, identity);
  writeFileSync(pointer, `${place.dir}\n`, { mode: 0o600 });
  return place;
}

function outside(dir: string, dataDir: string, identity: Identity | null): Place {
  mkdirSync(OUTSIDE_ROOT, { recursive: true });
  if (dir.startsWith(`${OUTSIDE_ROOT}/`)) chmodSync(OUTSIDE_ROOT, 0o711);
  own(dir, identity);
  const ownerFile = join(dir, 'owner');
  const owner = existsSync(ownerFile) ? readFileSync(ownerFile, 'utf8').trim() : dataDir;
  // A copied data directory carries the pointer along: two launchers on one cluster would end each other.
  if (owner !== dataDir && existsSync(join(owner, 'postgres-place'))) {
    throw new Problem(
      `The database in ${dir} belongs to ${owner}, of which ${dataDir} is a copy; delete ${join(dataDir, 'postgres-place')} to start with an empty one, or use 'attune backup' and 'attune restore'.`,
      'copied-data-directory',
    );
  }
  writeFileSync(ownerFile, `${dataDir}\n`, { mode: 0o600 });
  return { dir, outside: true };
}

/** Makes a directory that only Postgres' user (and root) may enter. */
export function own(dir: string, identity: Identity | null): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  if (identity) chownSync(dir, identity.uid, identity.gid);
}
