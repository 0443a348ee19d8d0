import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  // `next dev` forks its server: a descriptor would not get there, a file of ours does.
  const env = {
    ...development(),
    ATTUNE_SECRETS_FILE: writeSecretsFile(dataDir),
    NODE_OPTIONS: `--import=${inRoot('bin/secrets-from-fd.ts')}`,
  };
  return spawnNode({ args: [next, 'dev', ...where], env, secrets: childSecrets(), dataDir });
}

export function spawnWorker({ dataDir, isDev }: Pick<Launch, 'dataDir' | 'isDev'>): ChildProcess {
  const main = inRoot('worker/main.ts');
  if (!isDev) return spawnNode({ args: [main], secrets: childSecrets(), dataDir });
  const env = { ...development(), ATTUNE_SECRETS_FILE: writeSecretsFile(dataDir) };
  const imported = ['--import', inRoot('bin/secrets-from-fd.ts')];
  return spawnNode({ args: ['--watch', ...imported, main], env, secrets: childSecrets(), dataDir });
}

/** The first admin's password is the launcher's business alone. */
function childSecrets(): Secrets {
  const { ATTUNE_ADMIN_PASSWORD: _, ...rest } = secrets();
  return rest;
}

function development(): Record<string, string> {
  const options = cleanEnvironment()['NODE_OPTIONS'];
  return { NODE_ENV: 'development', ...(options !== undefined && { NODE_OPTIONS: options }) };
}

function writeSecretsFile(dataDir: string): string {
  const file = join(dataDir, 'secrets', 'development.json');
  writeFileSync(file, JSON.stringify(childSecrets()), { mode: 0o600 });
  return file;
}
