import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const CORE_PACK = fileURLToPath(new URL('../../packs/core', import.meta.url));

export type ProgramResult = {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs a program as a worker does: parameters on stdin, then end of file; in its pack's directory. */
export function runProgram(
  command: string,
  args: readonly string[],
  stdin: string,
  environment: Record<string, string> = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: CORE_PACK,
      env: exactEnvironment({ PATH: process.env['PATH'], ...environment }),
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, ...output }));
    child.stdin.on('error', () => undefined); // it may end without reading
    child.stdin.end(stdin);
  });
}

/** Exactly these variables. Next's types insist on NODE_ENV, which a contract's process has not. */
export const exactEnvironment = (
  variables: Record<string, string | undefined>,
): NodeJS.ProcessEnv => variables as NodeJS.ProcessEnv;

/** The format `dotenv` for flat parameters, as the contract has it. */
export const toDotenv = (parameters: Record<string, string>): string =>
  `${Object.entries(parameters)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}='${value.replaceAll("'", String.raw`'\''`)}'`)
    .join('\n')}\n`;
