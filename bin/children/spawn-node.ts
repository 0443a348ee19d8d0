import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hasCommand } from '#bin/has-command.ts';
import { inRoot, ROOT } from '#bin/paths.ts';
import { splitSecrets } from '#bin/secrets.ts';

interface NodeProgram {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly dataDir: string;
  /** It forks the process that needs the secrets (`next dev`, `node --watch`), which a descriptor does not reach. */
  readonly forks?: boolean;
}

/**
 * Starts one of our own Node programs. Its secrets go through descriptor 3, or a 0600 file for a program that forks;
 * environment and arguments have none. It leads a process group of its own, so that Ctrl-C reaches the launcher only and things end in order; and the kernel
 * ends it when the launcher dies without a word: at once, for its database is going down too.
 */
export function spawnNode(program: NodeProgram): ChildProcess {
  const { args, env, secrets, dataDir, forks = false } = program;
  const canSetpriv = hasCommand('setpriv');
  const node = [process.execPath, '--import', inRoot('bin/secrets-from-fd.ts'), ...args];
  const [command = '', ...rest] = canSetpriv
    ? ['setpriv', '--pdeathsig', 'KILL', '--', ...node]
    : node;
  const child = spawn(command, rest, {
    cwd: ROOT,
    env: {
      ...cleanEnvironment(),
      ...env,
      ...(forks ? { ATTUNE_SECRETS_FILE: writeSecrets(dataDir, secrets) } : { SECRETS_FD: '3' }),
      NODE_COMPILE_CACHE: compileCache(dataDir),
      // The kernel's word reaches the process that we start, not those that it forks.
      ...((forks || !canSetpriv) && { ATTUNE_WATCH_PARENT: '1' }),
    },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', forks ? 'ignore' : 'pipe'],
  });
  const pipe = child.stdio[3];
  if (pipe && 'end' in pipe) {
    pipe.on('error', () => undefined); // it died at once; its exit is reported
    pipe.end(JSON.stringify(secrets));
  }
  return child;
}

/** The operator's environment without secrets and without what npm adds for its own scripts. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const { rest } = splitSecrets(process.env);
  const kept = Object.entries(rest).filter(([name]) => !/^npm_|^ATTUNE_HANDOVER_FILE$/.test(name));
  return { ...Object.fromEntries(kept), NODE_ENV: 'production' };
}

/** Kept for as long as the launcher runs: what forks reads it again with each reload. */
function writeSecrets(dataDir: string, secrets: Readonly<Record<string, string>>): string {
  const file = developmentSecretsOf(dataDir);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  return file;
}

export const developmentSecretsOf = (dataDir: string): string =>
  join(dataDir, 'secrets', 'development.json');

/** Whoever can write there runs code in our processes. */
function compileCache(dataDir: string): string {
  const dir = join(dataDir, 'compile-cache');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return dir;
}
