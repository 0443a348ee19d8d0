import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ownRunsDirectory, ownWorkerDirectory } from '../owner.ts';
import {
  startProcessHost,
  type IsolationKind,
  type Outcome,
  type ProcessHost,
  type ProcessSpec,
  type RunningProcess,
} from '../process-host.ts';
import { KINDS_TRIED, kindOf, type Way } from './ways.ts';

export interface Trial {
  readonly running: RunningProcess;
  readonly outcome: Promise<Outcome>;
  /** The run directory. */
  readonly directory: string;
  stdout(): string;
  stderr(): string;
}

/** A host of one kind with a data directory of its own, and short ways to run things in it. */
export class Workspace implements AsyncDisposable {
  readonly kind: IsolationKind;
  /** Whether the kernel vouches for the end of a run: it happens in a PID namespace of ours. */
  readonly ownNamespace: boolean;
  readonly host: ProcessHost;
  readonly directory: string;
  /** Tells its canaries from those of others. */
  readonly id: string;
  #slot = 0;

  constructor(host: ProcessHost, directory: string, id: string) {
    this.kind = host.isolation.kind;
    this.ownNamespace = host.isolation.ownNamespace === true;
    this.host = host;
    this.directory = directory;
    this.id = id;
  }

  get lastSlot(): number {
    return this.#slot;
  }

  /** The run directory of the run that is started next. */
  get nextDirectory(): string {
    return this.#runDirectory(this.#slot + 1);
  }

  bash(script: string, overrides: Partial<ProcessSpec> = {}): Trial {
    const command = ['/bin/bash', '--noprofile', '--norc', '-c', script];
    return this.run({ command, ...overrides });
  }

  run(spec: Partial<ProcessSpec> & Pick<ProcessSpec, 'command'>): Trial {
    const slot = ++this.#slot;
    const directory = this.makeRunDirectory(slot);
    const out = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    const running = this.host.run({
      cwd: directory,
      environment: { PATH: '/usr/bin:/bin', HOME: directory, PWD: directory },
      stdin: null,
      readOnlyPaths: [],
      writablePaths: [directory],
      slot,
      timeoutMs: 20_000,
      killGraceMs: 1_000,
      limits: {},
      onOutput: (stream, chunk) => void out[stream].push(chunk),
      ...spec,
    });
    return {
      running,
      outcome: running.outcome,
      directory,
      stdout: () => Buffer.concat(out.stdout).toString(),
      stderr: () => Buffer.concat(out.stderr).toString(),
    };
  }

  makeRunDirectory(slot: number): string {
    const directory = this.#runDirectory(slot);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const userId = this.host.userIdFor(slot);
    if (userId !== null) chownSync(directory, userId, userId);
    return directory;
  }

  /** Puts a canary into a directory of the data directory. @returns that directory */
  plant(name: string, mode: number): string {
    const directory = join(this.directory, name);
    mkdirSync(directory, { recursive: true });
    chmodSync(directory, mode);
    writeFileSync(join(directory, 'canary'), canary(this, 'planted'), { mode: 0o644 });
    return directory;
  }

  #runDirectory(slot: number): string {
    return join(ownRunsDirectory(this.directory), `run-${slot}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A secret that can be found again wherever it turns up. */
export const canary = ({ id }: Pick<Workspace, 'id'>, name: string): string =>
  `attune-canary-${name}-${id}`;

/**
 * @param parent a directory that exists; the workspace may be passed through but not listed by others
 * @param minimum of each run; by default what the host shall come out with
 */
export async function openWorkspace(
  way: Way,
  parent: string = tmpdir(),
  minimum: IsolationKind = kindOf(way),
): Promise<Workspace> {
  const directory = mkdtempSync(join(parent, 'attune-host-'));
  mkdirSync(ownWorkerDirectory(directory), { recursive: true, mode: 0o700 });
  mkdirSync(ownRunsDirectory(directory), { recursive: true });
  // mkdtemp closes it to everybody; a user id of a slot's own must reach its run directory.
  for (const path of [directory, join(directory, 'runs'), ownRunsDirectory(directory)]) {
    chmodSync(path, 0o711);
  }
  const id = randomBytes(8).toString('hex');
  // Whatever the worker has in its environment must not go to the host by inheritance.
  process.env['ATTUNE_SECRET'] = canary({ id }, 'inherited');
  const host = await startProcessHost({
    directory: join(ownWorkerDirectory(directory), 'host'),
    nodePath: process.execPath,
    minimum,
    kinds: KINDS_TRIED[way],
    userIdBase: 61_000,
    log: () => {},
  });
  return new Workspace(host, directory, id);
}

/** Living processes, of any namespace below ours, whose command line holds the text. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && isAliveWith(pid, text));
}

function isAliveWith(pid: number, text: string): boolean {
  try {
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return (
      commandLine.includes(text) &&
      !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    );
  } catch {
    return false; // ended while we looked
  }
}

/** Asks again until it is so. */
export async function until(isSo: () => boolean, what: string, withinMs = 10_000): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  while (!isSo()) {
    if (Date.now() > giveUpAt) throw new Error(`${what}: not so after ${withinMs} ms`);
    await delay(10);
  }
}
