import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Problem } from '#bin/problem.ts';

/** The OS user that Postgres runs as. */
export interface Identity {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root, so root lends it a user; null for anybody else, who runs it as themselves. */
export function postgresIdentity(): Identity | null {
  if (process.getuid?.() !== 0) return null;
  return findUser('postgres') ?? createUser() ?? nobody();
}

function createUser(): Identity | null {
  try {
    const args = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin'];
    execFileSync('useradd', [...args, 'postgres'], { stdio: 'ignore' });
  } catch {
    return null; // no useradd, or a read-only /etc
  }
  return findUser('postgres');
}

function nobody(): Identity {
  const user = findUser('nobody');
  if (user) return user;
  throw new Problem(
    "Postgres does not run as root, and there is neither a user 'postgres' nor 'nobody'; create one, or set DATABASE_URL.",
    'postgres-user',
  );
}

function findUser(name: string): Identity | null {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [login, , uid, gid] = line.split(':');
    if (login === name) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return null;
}
