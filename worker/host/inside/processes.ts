import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** One line of the process table; zombies are not in it, they are dead. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
  /** Clock ticks since boot; tells a process from a later one with the same pid. */
  readonly startTicks: string;
}

/** Every living process that we can see; empty where there is no /proc. */
export function listProcesses(): ProcessEntry[] {
  return listPids().flatMap((pid) => findProcess(pid) ?? []);
}

/** Null when there is no such process, or only its zombie. */
export function findProcess(pid: number): ProcessEntry | null {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name stands in parentheses and may hold blanks and parentheses of its own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parentPid, groupId, sessionId] = fields;
  if (state === 'Z' || state === 'X') return null;
  return {
    pid,
    parentPid: Number(parentPid),
    groupId: Number(groupId),
    sessionId: Number(sessionId),
    startTicks: fields[19] ?? '',
  };
}

/** The children, grandchildren … of processes, without themselves unless one descends from another. */
export function descendantsOf(
  pids: Iterable<number>,
  processes: readonly ProcessEntry[],
): ProcessEntry[] {
  const children = Map.groupBy(processes, ({ parentPid }) => parentPid);
  const found = new Map<number, ProcessEntry>();
  const look = [...pids];
  for (let pid = look.pop(); pid !== undefined; pid = look.pop()) {
    for (const child of children.get(pid) ?? []) {
      if (found.has(child.pid)) continue;
      found.set(child.pid, child);
      look.push(child.pid);
    }
  }
  return [...found.values()];
}

/** Living processes whose real user id is `userId`. */
export function processesOfUser(userId: number): number[] {
  return listPids().filter((pid) => {
    // `status` and not the owner of /proc/<pid>: that one is root for a process that hides itself.
    const status = read(`/proc/${pid}/status`);
    if (status === null || /^State:\s+[ZX]/m.test(status)) return false;
    return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) === userId;
  });
}

/** Whether a process has any of these files open, or was started with a variable that lies in `directory`. */
export function isMarked(pid: number, files: readonly string[], directory: string | null): boolean {
  const variables = directory === null ? [] : (read(`/proc/${pid}/environ`) ?? '').split('\0');
  const value = directory === null ? '' : Buffer.from(directory).toString('latin1');
  // Not by prefix alone: run-1 is the beginning of run-11, which belongs to another run.
  if (variables.some((one) => `${one}/`.includes(`=${value}/`))) return true;
  return list(`/proc/${pid}/fd`).some((fd) => files.includes(link(`/proc/${pid}/fd/${fd}`) ?? ''));
}

/** Whether a process has a variable or an open file in or below one of the directories. A working directory is no mark: people look around. */
export function isWithinPlaces(pid: number, directories: readonly string[]): boolean {
  const isWithin = (path: string | null) =>
    path !== null && directories.some((one) => path === one || path.startsWith(`${one}/`));
  return (
    (read(`/proc/${pid}/environ`) ?? '')
      .split('\0')
      .some((one) => isWithin(fromLatin1(one.slice(one.indexOf('=') + 1)))) ||
    list(`/proc/${pid}/fd`).some((fd) => isWithin(link(`/proc/${pid}/fd/${fd}`)))
  );
}

/** False only when the kernel tells us that the process has no child yet. */
export function hasChild(pid: number): boolean {
  return read(`/proc/${pid}/task/${pid}/children`) !== '';
}

/** How often the kernel has killed for want of memory since boot; 0 when it does not say. */
export function countOutOfMemoryKills(): number {
  return Number(/^oom_kill (\d+)/m.exec(read('/proc/vmstat') ?? '')?.[1] ?? 0);
}

/** @returns whether the signal was delivered */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // it has ended already: what we wanted
  }
}

const fromLatin1 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString();

const listPids = (): number[] => list('/proc').map(Number).filter(Number.isInteger);

// A process may end between listing and reading it, and another user's may refuse: both mean "not there".
const orNull = <T>(look: () => T): T | null => {
  try {
    return look();
  } catch {
    return null;
  }
};
const read = (path: string): string | null => orNull(() => readFileSync(path, 'latin1'));
const link = (path: string): string | null => orNull(() => readlinkSync(path));
const list = (path: string): string[] => orNull(() => readdirSync(path)) ?? [];
