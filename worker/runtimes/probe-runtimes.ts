import { execFile } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { RunnerType } from '#lib/domain/pack-manifest/runner-types.ts';

export type RuntimeName = RunnerType;

/** What was found of a runtime when the worker started. */
export interface ProbedRuntime {
  readonly name: RuntimeName;
  /** argv before the entry point; empty for programs that run by themselves. */
  readonly interpreter: readonly string[];
  /** What must be visible inside a sandbox besides the system's directories. */
  readonly readOnlyPaths: readonly string[];
  readonly version: string | null;
  readonly available: boolean;
  /** Why it is not available, or only in part; null when all is well. */
  readonly problem: string | null;
}

const run = promisify(execFile);
const PROBE_MS_MAX = 10_000;
const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin';

/** Asks a Python where it really lives: what stands in PATH may be a shim that a sandbox cannot run. */
const ASK_PYTHON =
  'import sys; print("\\n".join([sys.version.split()[0], sys.executable, sys.prefix, sys.base_prefix]))';

/**
 * Looks once, at start, for every interpreter; one that is missing stays in the list with a sentence.
 *
 * @param nodePath our own Node 24, which runs every JavaScript action
 * @param searchPath where to look, in the form of PATH
 */
export async function probeRuntimes(
  nodePath: string,
  searchPath: string = SYSTEM_PATH,
): Promise<ProbedRuntime[]> {
  return Promise.all([
    probeShell(searchPath),
    probePython(searchPath),
    probeNode(nodePath),
    Promise.resolve(found('native', [], null)),
  ]);
}

async function probeShell(searchPath: string): Promise<ProbedRuntime> {
  const bash = findExecutable('bash', searchPath);
  if (bash !== null) {
    const said = await ask(
      bash,
      ['--noprofile', '--norc', '-c', 'echo "$BASH_VERSION"'],
      searchPath,
    );
    if (!(said instanceof Error)) {
      return found('shell', [bash, '--noprofile', '--norc'], said.trim());
    }
  }
  const sh = findExecutable('sh', searchPath);
  if (sh === null) return missing('shell', 'Neither bash nor sh was found; install bash.');
  const problem = 'bash was not found, so shell actions run with sh; install bash if they need it.';
  return { ...found('shell', [sh], null), problem };
}

async function probePython(searchPath: string): Promise<ProbedRuntime> {
  const python = findExecutable('python3', searchPath);
  if (python === null) {
    return missing('python', 'python3 was not found; install it to run Python actions.');
  }
  const said = await ask(python, ['-I', '-c', ASK_PYTHON], searchPath);
  if (said instanceof Error) {
    return missing('python', `'${python}' does not work (${said.message}); install python3 anew.`);
  }
  const [version = '', executable = python, ...prefixes] = said.trim().split('\n');
  const homes = [...prefixes, dirname(executable), dirname(realpathSync(executable))];
  const readOnlyPaths = outermost(homes.filter((path) => !isSystem(path)));
  // Without -B it would leave its bytecode beside the modules of the pack, for the next run to trust.
  return { ...found('python', [executable, '-u', '-B'], version), readOnlyPaths };
}

async function probeNode(nodePath: string): Promise<ProbedRuntime> {
  const said = await ask(nodePath, ['--version'], SYSTEM_PATH);
  if (said instanceof Error) {
    return missing(
      'nodejs',
      `'${nodePath}' does not work (${said.message}); start us with Node 24.`,
    );
  }
  // The binary alone: it needs nothing beside it, and its directory may hold what is ours.
  const node = realpathSync(nodePath);
  const readOnlyPaths = isSystem(node) ? [] : [node];
  return { ...found('nodejs', [node], said.trim().replace(/^v/, '')), readOnlyPaths };
}

const found = (
  name: RuntimeName,
  interpreter: readonly string[],
  version: string | null,
): ProbedRuntime => ({
  name,
  interpreter,
  version,
  readOnlyPaths: [],
  available: true,
  problem: null,
});

const missing = (name: RuntimeName, problem: string): ProbedRuntime => ({
  ...found(name, [], null),
  available: false,
  problem,
});

async function ask(file: string, args: string[], searchPath: string): Promise<string | Error> {
  try {
    const options = { cwd: '/', env: { PATH: searchPath } as object, timeout: PROBE_MS_MAX };
    const { stdout } = await run(file, args, options as Parameters<typeof run>[2]);
    return String(stdout);
  } catch (error) {
    return error instanceof Error
      ? new Error(error.message.split('\n', 1)[0])
      : new Error('failed');
  }
}

function findExecutable(name: string, searchPath: string): string | null {
  const candidates = searchPath.split(':').filter((directory) => directory.startsWith('/'));
  return candidates.map((directory) => join(directory, name)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const isSystem = (path: string): boolean => /^\/(?:usr|s?bin|lib(?:32|64|x32)?)(?:\/|$)/.test(path);

/** Without what another one of them contains. */
const outermost = (paths: readonly string[]): string[] =>
  [...new Set(paths)].filter(
    (path) => !paths.some((other) => other !== path && path.startsWith(`${other}/`)),
  );
