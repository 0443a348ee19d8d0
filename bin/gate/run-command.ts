import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT } from '#bin/paths.ts';

export interface CommandResult {
  readonly code: number;
  /** stdout and stderr as they came. */
  readonly output: string;
}

/** Runs a program of node_modules/.bin (or PATH) in the project's folder and keeps what it says. */
export async function runCommand(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const path = `${ROOT}/node_modules/.bin:${process.env['PATH'] ?? ''}`;
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, PATH: path, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const failed = once(child, 'error').then(([error]: unknown[]) => ({
    code: 127,
    output: String(error),
  }));
  const closed = once(child, 'close').then(([code]: unknown[]) => ({
    code: Number(code ?? 1),
    output,
  }));
  return await Promise.race([closed, failed]);
}
