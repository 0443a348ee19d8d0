import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRoot } from '#bin/paths.ts';

interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly as?: { readonly uid: number; readonly gid: number };
  /** Another copy of Node, for a user who cannot reach ours. */
  readonly node?: string;
}

/** A directory that others may pass through, as the project's own `.attune` is. */
export function makeDataDir(mode = 0o711): string {
  const dir = mkdtempSync(join(tmpdir(), 'attune-launch-'));
  chmodSync(dir, mode);
  return dir;
}

/** Runs one of our programs with an environment of its own. */
export function launch(
  script: string,
  args: readonly string[],
  { env, as, node = process.execPath }: Options = {},
): ChildProcess {
  return spawn(node, [inRoot(script), ...args], {
    cwd: '/',
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      ATTUNE_CONFIG_FILE: '/dev/null',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...as,
  });
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Waits for its end. */
export async function untilEnd(child: ChildProcess): Promise<Ended> {
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text: Buffer) => (output += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** Waits for the line in which `hold-database.ts` says that it is ready. */
export async function untilReady(
  child: ChildProcess,
): Promise<{ url: string; description: string }> {
  let output = '';
  child.stderr?.on('data', (text: Buffer) => (output += text.toString()));
  for await (const chunk of child.stdout ?? []) {
    output += String(chunk);
    const ready = /READY (.*)\n/.exec(output)?.[1];
    if (ready !== undefined) return JSON.parse(ready) as { url: string; description: string };
  }
  throw new Error(`It ended before it was ready: ${output}`);
}
