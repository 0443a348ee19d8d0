import type { LimitName, ResourceLimits } from '#lib/domain/resource-limits.ts';
import {
  countOpenFiles,
  descendantsIn,
  findPageBytes,
  findProportionalBytes,
  isOfUser,
  listUsages,
  type ProcessEntry,
  type ProcessUsage,
} from '../processes.ts';
import { diskUse, fileSystemUse, namelessUse, type OwnFileSystem } from './disk-use.ts';

const LOOK_AGAIN_MS_MIN = 100;
const LOOK_AGAIN_MS_MAX = 2_000;
/** Looking may take this share of a processor, whatever there is to see. */
const SHARE_MAX = 1 / 20;
const TICKS_PER_SECOND = 100;
const MB = 1024 * 1024;

/** A run as the sampler sees it. */
export interface Subject {
  readonly limits: ResourceLimits;
  /** Who all its processes descend from; null while that is not known. */
  readonly leader: ProcessEntry | null;
  /** True where the leader is ours and not the run's: the first process of a sandbox. */
  readonly isLeaderOurs: boolean;
  /** The user id that nothing else in our namespace has; null where there is none. */
  readonly userId: number | null;
  /** Where its files are. */
  readonly directories: readonly string[];
  /** File systems in memory that are its own. */
  readonly fileSystems: readonly OwnFileSystem[];
  /** Processor time in seconds as the kernel has counted it; null where only we count. */
  readonly countedCpuSeconds: () => number | null;
  /** A limit at which the kernel has refused more; null where it has not, or does not say. */
  readonly countedHit: () => LimitName | null;
  readonly onHit: (limit: LimitName) => void;
}

/**
 * Looks at what the runs use and tells each that uses more than it may: for what the kernel does not count for a run
 * as a whole. Who makes much to look at is looked at less often, so that nobody else pays for it.
 */
export class Sampler {
  #subjects = new Map<Subject, Map<number, string>>();
  #isLooking = false;
  #diskTimers = new Map<Subject, NodeJS.Timeout>();
  #pageBytes = findPageBytes();

  watch(subject: Subject): void {
    if (Object.keys(subject.limits).length === 0) return;
    this.#subjects.set(subject, new Map());
    if (!this.#isLooking) this.#lookIn(LOOK_AGAIN_MS_MIN);
    if (subject.limits.disk_mb !== undefined) this.#lookAtDiskLater(subject, 0);
  }

  unwatch(subject: Subject): void {
    this.#subjects.delete(subject);
    clearTimeout(this.#diskTimers.get(subject));
    this.#diskTimers.delete(subject);
  }

  #lookIn(ms: number): void {
    this.#isLooking = true;
    setTimeout(() => this.#look(), ms);
  }

  #look(): void {
    this.#isLooking = false;
    if (this.#subjects.size === 0) return;
    const startedAt = performance.now();
    const table = listUsages();
    const children = Map.groupBy(table, ({ parentPid }) => parentPid);
    for (const [subject, known] of this.#subjects) {
      const processes = findOwn(subject, known, table, children);
      this.#subjects.set(subject, new Map(processes.map((one) => [one.pid, one.startTicks])));
      const leader = table.find(({ pid }) => pid === subject.leader?.pid) ?? null;
      const hit = this.#findHit(subject, processes, leader);
      if (hit !== null) subject.onHit(hit);
    }
    this.#lookIn(pause(performance.now() - startedAt));
  }

  #findHit(
    { limits, countedCpuSeconds, countedHit }: Subject,
    processes: readonly ProcessUsage[],
    leader: ProcessUsage | null,
  ): LimitName | null {
    const sum = (value: (one: ProcessUsage) => number) =>
      processes.reduce((total, one) => total + value(one), 0);
    const counted = countedHit();
    if (counted !== null) return counted;
    const { cpu_seconds: cpu, memory_mb: memory, processes: count, open_files: files } = limits;
    if (count !== undefined && sum(({ threads }) => threads) > count) return 'processes';
    if (memory !== undefined && sum(({ pages }) => pages) * this.#pageBytes > memory * MB) {
      // Pages that several processes share are in the resident size of each; the exact look is a dear one.
      const exact = sum(({ pid, pages }) => findProportionalBytes(pid) ?? pages * this.#pageBytes);
      if (exact > memory * MB) return 'memory_mb';
    }
    if (cpu !== undefined) {
      // Of ended processes the one that waited for them knows: the leader has their time, also where it is ours.
      const ours = leader === null || processes.includes(leader) ? 0 : leader.processorTicks;
      const seen = (sum((one) => one.processorTicks) + ours) / TICKS_PER_SECOND;
      if (Math.max(seen, countedCpuSeconds() ?? 0) > cpu) return 'cpu_seconds';
    }
    if (files !== undefined && processes.some(({ pid }) => countOpenFiles(pid) >= files)) {
      return 'open_files';
    }
    return null;
  }

  #lookAtDiskLater(subject: Subject, tookMs: number): void {
    const look = async () => {
      const startedAt = performance.now();
      const { fileSystems } = subject;
      const uses = await Promise.all([
        ...subject.directories.map(diskUse),
        ...fileSystems.map(fileSystemUse),
        namelessUse(this.#subjects.get(subject)?.keys() ?? [], fileSystems),
      ]);
      if (!this.#subjects.has(subject)) return;
      const bytes = uses.reduce((total, one) => total + one, 0);
      if (bytes > (subject.limits.disk_mb ?? Infinity) * MB) subject.onHit('disk_mb');
      this.#lookAtDiskLater(subject, performance.now() - startedAt);
    };
    this.#diskTimers.set(
      subject,
      setTimeout(() => void look(), pause(tookMs)),
    );
  }
}

const pause = (tookMs: number): number =>
  Math.min(Math.max(tookMs / SHARE_MAX, LOOK_AGAIN_MS_MIN), LOOK_AGAIN_MS_MAX);

/**
 * The processes of a run: family, group and session of its leader, and whoever was one of them when we looked last,
 * with his own. An orphan that nobody has seen before is known by its user id, where the run has one of its own.
 */
function findOwn(
  { leader, isLeaderOurs, userId }: Subject,
  known: ReadonlyMap<number, string>,
  table: readonly ProcessUsage[],
  children: ReadonlyMap<number, readonly ProcessUsage[]>,
): ProcessUsage[] {
  if (leader === null) return [];
  const family = () => descendantsIn([leader.pid], children);
  if (isLeaderOurs) return family();
  const heads = table.filter(
    (one) =>
      (one.pid === leader.pid && one.startTicks === leader.startTicks) ||
      one.groupId === leader.pid ||
      one.sessionId === leader.pid ||
      known.get(one.pid) === one.startTicks ||
      (userId !== null && isOrphan(one) && isOfUser(one.pid, userId)),
  );
  const rest = descendantsIn(
    heads.map(({ pid }) => pid),
    children,
  );
  return [...new Set([...heads, ...rest])];
}

/** Whose parent has ended belongs to the first process, or to who stands in for it above us. */
const isOrphan = ({ parentPid, pid }: ProcessEntry): boolean =>
  pid !== process.pid && (parentPid <= 1 || parentPid === process.ppid);
