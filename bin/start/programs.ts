import type { ChildProcess } from 'node:child_process';
import { cleanEnvironment, spawnNode } from '#bin/children/spawn-node.ts';
import { inRoot } from '#bin/paths.ts';
import { type Secrets, secrets } from '#bin/secrets.ts';

/** How web and worker are started; `isDev` = with reload. */
export interface Launch {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly isDev: boolean;
}

export function spawnWeb({ dataDir, host, port, isDev }: Launch): ChildProcess {
  const next = inRoot('node_modules/next/dist/bin/next');
  const where = ['-H', host, '-p', String(port)];
  if (!isDev) {
    return spawnNode({ args: [next, 'start', ...where], secrets: childSecrets(), dataDir });
  }
  const env = {
    NODE_ENV: 'development',
    NODE_OPTIONS: [
      cleanEnvironment()['NODE_OPTIONS'],
      `--import=${inRoot('bin/secrets-from-fd.ts')}`,
    ].join(' '),
  };
  const args = [next, 'dev', ...where];
  return spawnNode({ args, env, secrets: childSecrets(), dataDir, forks: true });
}

export function spawnWorker({ dataDir, isDev }: Pick<Launch, 'dataDir' | 'isDev'>): ChildProcess {
  const main = inRoot('worker/main.ts');
  if (!isDev) return spawnNode({ args: [main], secrets: childSecrets(), dataDir });
  const env = { NODE_ENV: 'development' };
  const args = ['--watch', main];
  return spawnNode({ args, env, secrets: childSecrets(), dataDir, forks: true });
}

/** The first admin's password is the launcher's business alone. */
function childSecrets(): Secrets {
  const { ATTUNE_ADMIN_PASSWORD: _, ...rest } = secrets();
  return rest;
}
