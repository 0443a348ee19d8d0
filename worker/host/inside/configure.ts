import { spawn, type ChildProcess } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Isolation, IsolationKind, IsolationProbe } from '../process-spec.ts';
import type { FromHost, HostConfiguration, StartOrder } from '../protocol.ts';
import { LAUNCHER_FD } from './launcher.ts';
import { findLimitMeans } from './limits/find-means.ts';
import { findProgram } from './programs.ts';
import { SandboxEtc } from './sandbox-etc.ts';
import { SandboxStatus } from './sandbox-status.ts';
import { sandboxCommand, type SandboxBase } from './sandbox.ts';
import { describeIsolation, type Setting } from './setting.ts';
import { systemMounts } from './system-mounts.ts';
import { chooseUser } from './user-choice.ts';

const PROBE_MS_MAX = 10_000;
/** No shell ends with this by accident. */
const PROBE_EXIT_CODE = 42;
const DETAIL_CHARS_MAX = 400;
const SHARED_USER =
  "The worker is an ordinary user, whose runs would all have that user and could read each other's environment, files and token; run it as root for a user of each run's own.";
const WITHOUT_LAUNCHER =
  '; without Perl a death by signal n looks like exit code 128 + n, and the record says so';

/** What the host can do here: the strongest kind that a trial run proved, and every trial. */
export interface Found {
  readonly setting: Setting | null;
  readonly isolation: Isolation | null;
  readonly probes: readonly IsolationProbe[];
}

export async function configure(
  configuration: HostConfiguration,
  say: (message: FromHost) => void,
): Promise<Found> {
  const { directory, hiddenPaths, kinds, minimum, userIdBase } = configuration;
  const bare: SandboxBase = {
    programs: {
      bwrap: findProgram('bwrap'),
      setpriv: findProgram('setpriv'),
      env: findProgram('env'),
    },
    launcher: null,
    systemMounts: systemMounts(),
    hiddenPaths,
    etc: new SandboxEtc(`${directory}/etc`),
  };
  const ownNamespace = isNamespaceOurs(configuration);
  const probes: IsolationProbe[] = [];
  let sandbox: SandboxBase = { ...bare, launcher: findProgram('perl') };
  for (const kind of kinds) {
    let result = await tryKind(kind, { sandbox, ownNamespace, userIdBase, directory });
    if (kind === 'bwrap' && !result.ok && sandbox.launcher !== null) {
      sandbox = bare;
      result = await tryKind(kind, { sandbox, ownNamespace, userIdBase, directory });
    }
    probes.push({ kind, ...result });
    if (result.ok) break;
  }
  const kind = probes.find(({ ok }) => ok)?.kind;
  if (kind === undefined) return { setting: null, isolation: null, probes };
  // Said of the host as a whole: a run that must do without a user of its own says so itself.
  const user = chooseUser(trialOrder(directory), userIdBase, true);
  const inSandbox = (limited: readonly string[], command: readonly string[]) =>
    sandboxCommand(
      { ...trialOrder(directory), command },
      user,
      { ...sandbox, launcher: null },
      limited,
    );
  const limits = await findLimitMeans(kind === 'bwrap' && !user.drop ? inSandbox : null);
  const setting: Setting = { kind, minimum, ownNamespace, userIdBase, sandbox, limits, say };
  return { setting, isolation: describeIsolation(setting, user), probes };
}

type Trial = Pick<Setting, 'sandbox' | 'ownNamespace' | 'userIdBase'> & {
  readonly directory: string;
};

async function tryKind(kind: IsolationKind, trial: Trial): Promise<Omit<IsolationProbe, 'kind'>> {
  switch (kind) {
    case 'bwrap':
      return probeSandbox(trial);
    case 'pid-namespace':
      return probeNamespace(trial);
    case 'none':
      return { ok: true, detail: 'Always possible.' };
  }
}

/** The namespace keeps the worker and the machine from a run; only a user id of its own keeps other runs from it. */
async function probeNamespace({
  ownNamespace,
  userIdBase,
}: Trial): Promise<Omit<IsolationProbe, 'kind'>> {
  if (process.getuid?.() !== 0) return { ok: false, detail: SHARED_USER };
  if (!ownNamespace) {
    return { ok: false, detail: 'The process host could not get a PID namespace of its own.' };
  }
  const child = spawn('/bin/sh', ['-c', `exit ${PROBE_EXIT_CODE}`], {
    env: {} as NodeJS.ProcessEnv,
    cwd: '/',
    uid: userIdBase,
    gid: userIdBase,
    stdio: 'ignore',
    timeout: PROBE_MS_MAX,
    killSignal: 'SIGKILL',
  });
  const code = await endOf(child);
  return code === PROBE_EXIT_CODE
    ? {
        ok: true,
        detail:
          'The process host has a PID namespace of its own, and runs have users of their own.',
      }
    : { ok: false, detail: `A trial run as user ${userIdBase} ended with ${code}.` };
}

const endOf = (child: ChildProcess): Promise<number | string | null> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (exitCode, signal) => resolve(exitCode ?? signal));
  });

/** Runs the exact argument list of a real start, with a command that only ends. */
async function probeSandbox({
  sandbox,
  userIdBase,
  directory,
}: Trial): Promise<Omit<IsolationProbe, 'kind'>> {
  const { programs } = sandbox;
  if (programs.bwrap === null) {
    return { ok: false, detail: 'bubblewrap (bwrap) is not installed.' };
  }
  const order = trialOrder(directory);
  const user = chooseUser(order, userIdBase, true);
  if (user.drop && programs.setpriv === null) {
    return {
      ok: false,
      detail: 'setpriv (util-linux) is not installed; root needs it for bubblewrap.',
    };
  }
  const [file = '', ...args] = sandboxCommand(order, user, sandbox, []);
  const child = spawn(file, args, {
    env: order.environment as NodeJS.ProcessEnv,
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    timeout: PROBE_MS_MAX,
    killSignal: 'SIGKILL',
  });
  const { report } = new SandboxStatus(
    child,
    sandbox.launcher === null ? null : order.environment,
    { onNamed: () => {} },
  );
  (child.stdio as unknown as readonly Readable[])[LAUNCHER_FD]?.resume();
  const [said, code] = await Promise.all([text(child.stderr as Readable), endOf(child)]);
  if (code === PROBE_EXIT_CODE && (report === null || report.end?.exitCode === code)) {
    return {
      ok: true,
      detail: `A trial run in bubblewrap worked${report === null ? WITHOUT_LAUNCHER : ''}.`,
    };
  }
  const words = said.trim().slice(0, DETAIL_CHARS_MAX);
  return { ok: false, detail: `A trial run in bubblewrap ended with ${code}: ${words}` };
}

const trialOrder = (directory: string): StartOrder => ({
  id: 0,
  command: ['/bin/sh', '-c', `exit ${PROBE_EXIT_CODE}`],
  cwd: '/tmp',
  environment: {},
  stdinPath: null,
  fifos: ['', ''],
  readOnlyPaths: [],
  writablePaths: [`${directory}/trial`],
  slot: 0,
  timeoutMs: PROBE_MS_MAX,
  killGraceMs: 0,
  limits: {},
});

/** A namespace of our own with a /proc that shows it: without that, nested sandboxes fail at random. */
function isNamespaceOurs({ workerPidNamespace }: HostConfiguration): boolean {
  try {
    const own = readlinkSync('/proc/self/ns/pid');
    return own !== workerPidNamespace && Number(readlinkSync('/proc/self')) === process.pid;
  } catch {
    return false;
  }
}
