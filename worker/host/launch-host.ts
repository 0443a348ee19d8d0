import { spawn, type ChildProcess } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { buildHostPrograms, HOST_PROGRAM } from './build-host.ts';
import { HELPER_ENVIRONMENT } from './inside/programs.ts';
import type { IsolationKind, IsolationProbe, Isolation } from './process-spec.ts';
import type { FromHost, HostConfiguration } from './protocol.ts';

/** A small young generation: memory that was touched once makes every later start slower. */
const NODE_OPTIONS = ['--max-semi-space-size=1'];
const READY_MS_MAX = 30_000;

/** Waits for its one child; as first process of a PID namespace it also buries orphans, which Node would not. */
const FIRST_PROCESS = ['sh', '-c', '"$@" & wait $!', 'sh'];
const UNSHARE = ['unshare', '--pid', '--fork', '--kill-child=KILL', '--mount-proc'];
/** Said once for all that is started later: no program that runs as somebody else gives that user's rights away. */
const NO_NEW_PRIVILEGES = ['setpriv', '--no-new-privs'];
const DIE_WITH_WORKER = [...NO_NEW_PRIVILEGES, '--pdeathsig', 'KILL'];

/**
 * Ways into a PID namespace of the host's own, best first; the kernel ends all of it when it ends. bubblewrap gives no
 * new privileges by itself.
 */
const NAMESPACES: Record<'root' | 'user', readonly (readonly string[])[]> = {
  root: [[...DIE_WITH_WORKER, ...UNSHARE, ...FIRST_PROCESS]],
  user: [
    [
      'bwrap',
      '--dev-bind',
      '/',
      '/',
      '--proc',
      '/proc',
      '--unshare-pid',
      '--die-with-parent',
      '--',
    ],
    [...DIE_WITH_WORKER, ...UNSHARE, '--user', '--map-current-user', ...FIRST_PROCESS],
  ],
};

export type HostLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  facts: Readonly<Record<string, unknown>>,
) => void;

/** A host that answers, and what it can do here. */
export interface LaunchedHost {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly isolation: Isolation;
  readonly probes: readonly IsolationProbe[];
  readonly ownNamespace: boolean;
}

interface LaunchOptions {
  readonly nodePath: string;
  readonly kinds: readonly IsolationKind[];
  readonly configuration: Omit<HostConfiguration, 'kinds' | 'workerPidNamespace'>;
  readonly log: HostLog;
}

/**
 * Starts the host in the strongest surroundings that work and lets it probe each kind.
 *
 * @throws Error when no kind works, naming every reason
 */
export async function launchHost(options: LaunchOptions): Promise<LaunchedHost> {
  const { directory } = options.configuration;
  buildHostPrograms(directory);
  const node = [options.nodePath, ...NODE_OPTIONS, join(directory, HOST_PROGRAM)];
  const wantsNamespace = options.kinds.some((kind) => kind !== 'none');
  const ways = process.getuid?.() === 0 ? NAMESPACES.root : NAMESPACES.user;
  const reasons: string[] = [];
  for (const way of wantsNamespace && process.platform === 'linux' ? ways : []) {
    const host = await tryLaunch([...way, ...node], options);
    if (typeof host !== 'string') return { ...host, ownNamespace: true };
    reasons.push(host);
  }
  for (const way of process.platform === 'linux' ? [NO_NEW_PRIVILEGES, []] : [[]]) {
    const host = await tryLaunch([...way, ...node], options);
    if (typeof host !== 'string') return { ...host, ownNamespace: false };
    reasons.push(host);
  }
  throw new Error(`The process host could not be started: ${reasons.join('; ')}.`);
}

/** @returns why it did not work, as a part of a sentence */
async function tryLaunch(
  command: readonly string[],
  { kinds, configuration, log }: LaunchOptions,
): Promise<Omit<LaunchedHost, 'ownNamespace'> | string> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    cwd: '/',
    env: HELPER_ENVIRONMENT,
    // A session of its own: the terminal's Ctrl-C is for the worker, which then ends us in order.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const said = followErrors(child, log);
  // Sent before anybody reads it: what cannot be delivered shows as the end of the process.
  child.send(
    { op: 'configure', ...configuration, kinds, workerPidNamespace: pidNamespace() },
    () => {},
  );
  const answer = await firstAnswer(child);
  if (typeof answer === 'string') {
    child.kill('SIGKILL');
    return [`${file} ${answer}`, ...said].join(': ');
  }
  if (answer.isolation === null) {
    child.kill('SIGKILL');
    return answer.probes.map(({ kind, detail }) => `${kind}: ${detail}`).join('; ');
  }
  return { child, pid: child.pid ?? 0, isolation: answer.isolation, probes: answer.probes };
}

type Ready = Extract<FromHost, { op: 'ready' }>;

async function firstAnswer(child: ChildProcess): Promise<Ready | string> {
  const { promise, resolve } = Promise.withResolvers<Ready | string>();
  const timer = setTimeout(() => resolve('did not answer'), READY_MS_MAX);
  const onMessage = (message: FromHost) => message.op === 'ready' && resolve(message);
  const onExit = (code: number | null, signal: string | null) =>
    resolve(`ended with ${code ?? signal}`);
  child.on('message', onMessage);
  child.once('exit', onExit);
  child.once('error', (error) => resolve(`could not be started (${error.message})`));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    child.off('message', onMessage);
    child.off('exit', onExit);
  }
}

/** What the host says on stderr is trouble; the last lines explain why it did not come up. */
function followErrors(child: ChildProcess, log: HostLog): string[] {
  const last: string[] = [];
  const lines = createInterface({ input: child.stderr as Readable });
  lines.on('line', (line) => {
    last.push(line);
    if (last.length > 3) last.shift();
    log('warn', 'the process host says', { line });
  });
  return last;
}

function pidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}
