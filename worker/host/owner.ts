import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { findProcess } from './inside/processes.ts';

/**
 * Who a directory in a shared data directory belongs to, in its name: machine, boot and PID namespace, pid and start
 * time. Several workers may share the data directory, also from other containers or machines, where a pid says
 * nothing; there only silence tells that a worker is gone.
 */
interface Owner {
  readonly machine: string;
  readonly boot: string;
  readonly namespace: string;
  readonly pid: number;
  readonly startTicks: string;
}

/** How often a living worker touches its directory. */
export const SIGN_OF_LIFE_MS = 30_000;
/** After this long without a sign of life a worker that cannot be looked at is gone. */
const SILENCE_MS_MAX = 15 * 60_000;
const NAME = /^w-([0-9a-f]{6})-([0-9a-f]{6})-([0-9a-f]{6})-(\d+)-(\d+)$/;

let own: string | null = null;

/** The name of every directory of this process. */
export const ownerName = (): string => (own ??= formatOwner(currentOwner()));

/** Where this process keeps the directories of its runs. */
export const ownRunsDirectory = (dataDir: string): string => join(dataDir, 'runs', ownerName());

/** What this process keeps for itself. */
export const ownWorkerDirectory = (dataDir: string): string => join(dataDir, 'worker', ownerName());

/** Null for a name that no worker gave. */
export function parseOwner(name: string): Owner | null {
  const [, machine, boot, namespace, pid, startTicks] = NAME.exec(name) ?? [];
  if (machine === undefined || boot === undefined || namespace === undefined) return null;
  return { machine, boot, namespace, pid: Number(pid), startTicks: startTicks ?? '' };
}

export const formatOwner = ({ machine, boot, namespace, pid, startTicks }: Owner): string =>
  `w-${machine}-${boot}-${namespace}-${pid}-${startTicks}`;

/** @param places directories that the owner touches; those that are missing do not count */
export function isOwnerGone(owner: Owner, places: readonly string[], now = Date.now()): boolean {
  const here = currentOwner();
  if (owner.machine === here.machine && owner.boot !== here.boot) return true; // it has been started anew
  if (owner.machine === here.machine && owner.namespace === here.namespace) {
    const startTicks = findProcess(owner.pid)?.startTicks;
    // Without /proc nothing can be told from its start time.
    if (startTicks !== undefined || here.startTicks !== '0') return startTicks !== owner.startTicks;
  }
  const signs = places.map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return now - Math.max(...signs) > SILENCE_MS_MAX;
}

function currentOwner(): Owner {
  return {
    machine: digest(`${hostname()} ${look(() => readFileSync('/etc/machine-id', 'utf8'))}`),
    boot: digest(look(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))),
    namespace: digest(look(() => readlinkSync('/proc/self/ns/pid'))),
    pid: process.pid,
    startTicks: findProcess(process.pid)?.startTicks ?? '0',
  };
}

const digest = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 6);

/** Nothing is learned where there is no /proc. */
function look(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
