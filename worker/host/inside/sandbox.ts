import { dirname } from 'node:path';
import type { StartOrder } from '../protocol.ts';
import { launcherCommand } from './launcher.ts';
import type { SandboxEtc } from './sandbox-etc.ts';
import type { UserChoice } from './user-choice.ts';

/** The descriptor on which bubblewrap tells pid and exit code. */
export const STATUS_FD = 3;

/** Each private tmpfs may hold this much. */
const TMPFS_BYTES_MAX = 512 * 1024 * 1024;

/** What all sandboxes of a host share. */
export interface SandboxBase {
  /** Absolute paths; null where the machine has none. */
  readonly programs: {
    readonly bwrap: string | null;
    readonly setpriv: string | null;
    readonly env: string | null;
  };
  /** Perl, where a trial run proved that it works; null where commands are started without a launcher. */
  readonly launcher: string | null;
  readonly systemMounts: readonly string[];
  readonly hiddenPaths: readonly string[];
  readonly etc: SandboxEtc;
}

/** The complete argument list of bubblewrap for one process. `limited` goes in front of what runs inside. */
export function sandboxCommand(
  order: StartOrder,
  user: UserChoice,
  base: SandboxBase,
  limited: readonly string[],
): string[] {
  base.etc.prepareFor(user.userId);
  return [
    base.programs.bwrap ?? 'bwrap',
    '--json-status-fd',
    String(STATUS_FD),
    '--unshare-pid',
    '--unshare-ipc',
    '--unshare-uts',
    '--unshare-cgroup-try',
    // A session of its own makes the process group that SIGTERM goes to.
    '--die-with-parent',
    '--new-session',
    ...(base.launcher === null ? [] : ['--as-pid-1']),
    ...privileges(user),
    ...base.systemMounts,
    '--ro-bind',
    base.etc.path,
    '/etc',
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    ...['/tmp', '/dev/shm'].flatMap((path) => tmpfs(path, order)),
    ...base.hiddenPaths.filter(isBelowSystem).flatMap((path) => ['--tmpfs', path]),
    ...mounts(order, base),
    '--chdir',
    order.cwd,
    '--',
    ...dropTo(user, base),
    ...limited,
    ...(base.launcher === null ? keepPwd(order, base) : launcherCommand(base.launcher, user.drop)),
    ...order.command,
  ];
}

/**
 * Root needs no user namespace and keeps, until the last step inside, what that step needs.
 * Anybody else becomes a user inside that is mapped to himself outside.
 */
function privileges(user: UserChoice): string[] {
  if (process.getuid?.() !== 0) {
    const id = String(user.userId);
    return ['--unshare-user', '--uid', id, '--gid', id, '--cap-drop', 'ALL'];
  }
  const kept = user.drop
    ? ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP', 'CAP_DAC_READ_SEARCH']
    : ['CAP_DAC_OVERRIDE'];
  return ['--cap-drop', 'ALL', ...kept.flatMap((capability) => ['--cap-add', capability])];
}

function dropTo(user: UserChoice, { programs }: SandboxBase): string[] {
  if (!user.drop) return [];
  const id = String(user.userId);
  return [
    programs.setpriv ?? 'setpriv',
    '--reuid',
    id,
    '--regid',
    id,
    '--clear-groups',
    // What `--die-with-parent` has set is lost with the change of the user.
    '--pdeathsig',
    'KILL',
    '--no-new-privs',
    '--inh-caps=-all',
    '--bounding-set=-all',
    '--ambient-caps=-all',
    '--',
  ];
}

/** Whether a path exists inside as it does outside. */
export function isVisibleInside(path: string, order: StartOrder): boolean {
  const shown = ['/tmp', ...order.readOnlyPaths, ...order.writablePaths];
  return path === '/' || isBelowSystem(path) || shown.some((one) => isWithin(path, one));
}

/** bubblewrap sets PWD to the working directory, whatever the environment says; a launcher does away with that. */
function keepPwd(order: StartOrder, { programs }: SandboxBase): string[] {
  const env = programs.env ?? 'env';
  const wanted = order.environment['PWD'];
  if (wanted === order.cwd) return [];
  return wanted === undefined ? [env, '-u', 'PWD'] : [env, `PWD=${wanted}`];
}

/** The parents of a mount would be closed to a user id that is not ours, so they are made first. */
function mounts(order: StartOrder, { hiddenPaths }: SandboxBase): string[] {
  const isShown = (path: string) =>
    isBelowSystem(path) && !hiddenPaths.some((hidden) => isWithin(path, hidden));
  const writable = new Set(order.writablePaths);
  const paths = [...new Set([...order.readOnlyPaths, ...writable])]
    .filter((path) => writable.has(path) || !isShown(path))
    // A path inside another one must come after it, or it would be covered.
    .toSorted((one, other) => one.length - other.length);
  const parents = [...new Set(paths.flatMap((path) => parentsOf(path, isShown)))].toSorted(
    (one, other) => one.length - other.length,
  );
  return [
    ...parents.flatMap((path) => ['--perms', '0755', '--dir', path]),
    ...paths.flatMap((path) => [writable.has(path) ? '--bind' : '--ro-bind', path, path]),
  ];
}

function parentsOf(path: string, isShown: (path: string) => boolean): string[] {
  const parents: string[] = [];
  for (let at = dirname(path); dirname(at) !== at && !isShown(at); at = dirname(at)) {
    if (at !== '/tmp') parents.push(at);
  }
  return parents;
}

const SYSTEM = /^\/(?:usr|bin|sbin|lib|lib32|lib64|libx32)(?:\/|$)/;
const isWithin = (path: string, directory: string): boolean =>
  `${path}/`.startsWith(`${directory}/`);
const isBelowSystem = (path: string): boolean => SYSTEM.test(path);

const tmpfs = (path: string, { limits }: Pick<StartOrder, 'limits'>): string[] => [
  '--perms',
  '1777',
  '--size',
  String(Math.min(TMPFS_BYTES_MAX, (limits.disk_mb ?? Infinity) * 1024 * 1024)),
  '--tmpfs',
  path,
];
