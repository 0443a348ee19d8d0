import { spawnSync } from 'node:child_process';
import type { Identity } from './identity.ts';

/** What Postgres' programs get to see of the world: nothing of ours. */
export const POSTGRES_ENV: NodeJS.ProcessEnv = {
  PATH: '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
  NODE_ENV: 'production', // means nothing to Postgres; the type wants it
};

/** Spawn options that give a child the identity; empty for a user who runs Postgres as themselves. */
export function asIdentity(identity: Identity | null): { uid?: number; gid?: number } {
  return identity === null ? {} : { uid: identity.uid, gid: identity.gid };
}

/** Tries it for real, as permissions, ACLs and mount options cannot be read off a mode. */
export function canRun(identity: Identity | null, command: string, args: string[]): boolean {
  const { status } = spawnSync(command, args, {
    ...asIdentity(identity),
    cwd: '/',
    env: POSTGRES_ENV,
    stdio: 'ignore',
    timeout: 10_000,
  });
  return status === 0;
}
