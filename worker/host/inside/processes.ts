import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

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

/** A line of the process table with what the process uses. */
export interface ProcessUsage extends ProcessEntry {
  readonly threads: number;
  /** Of its own and of the children that it has waited for, in hundredths of a second. */
  readonly processorTicks: number;
  /** Resident pages. */
  readonly pages: number;
}

export const listUsages = (): ProcessUsage[] => listPids().flatMap((pid) => findUsage(pid) ?? []);

/** Null when there is no such process, or only its zombie. */
export function findProcess(pid: number): ProcessEntry | null {
  const fields = statFields(pid);
  return fields === null ? null : toEntry(pid, fields);
}

export function findUsage(pid: number): ProcessUsage | null {
  const fields = statFields(pid);
  if (fields === null) return null;
  const number = (index: number) => Number(fields[index] ?? 0);
  return {
    ...toEntry(pid, fields),
    threads: number(17),
    processorTicks: number(11) + number(12) + number(13) + number(14),
    pages: number(21),
  };
}

/** The fields of `stat` from the third on; null for a zombie. */
function statFields(pid: number): string[] | null {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name stands in parentheses and may hold blanks and parentheses of its own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : fields;
}

const toEntry = (pid: number, fields: readonly string[]): ProcessEntry => ({
  pid,
  parentPid: Number(fields[1]),
  groupId: Number(fields[2]),
  sessionId: Number(fields[3]),
  startTicks: fields[19] ?? '',
});

/** The children, grandchildren … of processes, without themselves unless one descends from another. */
export function descendantsOf<Entry extends ProcessEntry>(
  pids: Iterable<number>,
  processes: readonly Entry[],
): Entry[] {
  return descendantsIn(
    pids,
    Map.groupBy(processes, ({ parentPid }) => parentPid),
  );
}

/** The same for who asks often: the processes by their parents. */
export function descendantsIn<Entry extends ProcessEntry>(
  pids: Iterable<number>,
  children: ReadonlyMap<number, readonly Entry[]>,
): Entry[] {
  const found = new Map<number, Entry>();
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
    return userOf(status) === userId;
  });
}

/** How many threads there are whose real user id is `userId`. */
export function countThreadsOfUser(userId: number): number {
  return listPids().reduce((total, pid) => {
    const status = read(`/proc/${pid}/status`) ?? '';
    return userOf(status) === userId
      ? total + Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 0)
      : total;
  }, 0);
}

const userOf = (status: string): number => Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);

export const isOfUser = (pid: number, userId: number): boolean =>
  userOf(read(`/proc/${pid}/status`) ?? '') === userId;

/** Memory of a process in bytes, what it shares with others by its share; null where the kernel does not say. */
export function findProportionalBytes(pid: number): number | null {
  const kilobytes = /^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** How many files a process has open; 0 where we may not know. */
export function countOpenFiles(pid: number): number {
  const path = `/proc/${pid}/fd`;
  // Newer kernels keep count; listing thousands of them takes milliseconds.
  const counted = orNull(() => statSync(path).size) ?? 0;
  return counted > 0 ? counted : list(path).length;
}

/** The size of a page of memory: what the kernel calls so many pages here, it calls so many bytes there. */
export function findPageBytes(): number {
  const pages = findUsage(process.pid)?.pages ?? 0;
  const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(read('/proc/self/status') ?? '')?.[1] ?? 0);
  // The two are not read at the same instant, but a page is always a power of two.
  return pages === 0 ? 4096 : 2 ** Math.round(Math.log2((kilobytes * 1024) / pages));
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
