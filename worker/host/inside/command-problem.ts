import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import type { StartOrder } from '../protocol.ts';

const SHEBANG_BYTES_MAX = 256;

/** Says in a sentence why a command cannot be started; null when nothing speaks against it. */
export function findCommandProblem(command: readonly string[], cwd: string): string | null {
  const [file] = command;
  if (file === undefined) return 'There is no command to start.';
  if (!file.startsWith('/')) return `The command '${file}' is not an absolute path.`;
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return `The working directory '${cwd}' does not exist.`;
  }
  return findFileProblem(file, `The command '${file}'`) ?? findInterpreterProblem(file);
}

/** Says in a sentence why the system refused a start that nothing had spoken against. */
export function explainSpawnError(
  error: NodeJS.ErrnoException,
  { command, environment }: Pick<StartOrder, 'command' | 'environment'>,
): string {
  const name = `The command '${command[0] ?? ''}'`;
  switch (error.code ?? '') {
    case 'ENOENT':
      return `${name} does not exist, or the interpreter that it names does not.`;
    case 'EACCES':
      return `${name} may not be executed by the user that it would run as.`;
    case 'E2BIG':
      return `${name} cannot be started: its environment of ${Object.keys(environment).length} variables is larger than the system allows.`;
    case 'EAGAIN':
      return `${name} cannot be started: the system allows no more processes.`;
    default:
      return `${name} cannot be started: ${error.message}.`;
  }
}

function findFileProblem(file: string, name: string): string | null {
  let stat;
  try {
    stat = statSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return `${name} does not exist.`;
    return `${name} cannot be read (${code}).`;
  }
  if (!stat.isFile()) return `${name} is not a file.`;
  try {
    accessSync(file, constants.X_OK);
    return null;
  } catch {
    return `${name} is not executable; set its execute permission (chmod +x).`;
  }
}

/** The kernel says only "no such file" when it is the interpreter of a script that is missing. */
function findInterpreterProblem(file: string): string | null {
  const start = readStart(file);
  if (!start.startsWith('#!')) return null;
  const interpreter = /^#!\s*(\S+)/.exec(start)?.[1];
  if (interpreter === undefined) return null;
  return findFileProblem(interpreter, `The interpreter '${interpreter}' of '${file}'`);
}

function readStart(file: string): string {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return ''; // executable but not readable, such as a closed binary
  }
  try {
    const start = Buffer.alloc(SHEBANG_BYTES_MAX);
    return start.toString('latin1', 0, readSync(fd, start)).split('\n', 1)[0] ?? '';
  } finally {
    closeSync(fd);
  }
}
