import { createHash } from 'node:crypto';
import { accessSync, constants, lstatSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Identity } from './identity.ts';
import { own } from './place.ts';

/**
 * A short directory for the socket, since a socket's path may not exceed about 100 bytes and a data directory's may.
 * The socket itself is open to everybody (Postgres makes it so), so the directory is closed to everybody but its owner.
 */
export function socketDirFor(placeDir: string, identity: Identity | null): string {
  const name = createHash('sha256').update(placeDir).digest('hex').slice(0, 12);
  for (const base of bases()) {
    const dir = join(base, `attune-${name}`);
    if (!isStranger(dir, identity)) {
      own(dir, identity);
      return dir;
    }
  }
  const dir = mkdtempSync(join(tmpdir(), 'attune-'));
  own(dir, identity);
  return dir;
}

function bases(): string[] {
  const wished = [process.env['XDG_RUNTIME_DIR'], '/run', '/tmp', tmpdir()];
  return wished.filter((dir): dir is string => dir !== undefined && dir !== '' && isWritable(dir));
}

/** In /tmp anybody may have made the directory before us, to listen in. */
function isStranger(dir: string, identity: Identity | null): boolean {
  const found = lstatSync(dir, { throwIfNoEntry: false });
  if (!found) return false;
  const owners = [process.getuid?.(), identity?.uid];
  return !found.isDirectory() || !owners.includes(found.uid);
}

function isWritable(dir: string): boolean {
  try {
    accessSync(dir, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
