import type { LimitMechanisms, LimitName, ResourceLimits } from '#lib/domain/resource-limits.ts';
import type { StartOrder } from '#worker/host/protocol.ts';
import type { ProcessEntry } from '../processes.ts';
import type { Setting } from '../setting.ts';
import type { UserChoice } from '../user-choice.ts';
import { type CgroupBase, RunCgroup } from './cgroup.ts';
import { type HardLimits, rlimitCommand } from './rlimits.ts';
import type { Sampler, Subject } from './sampler.ts';
import type { UserThreads } from './user-threads.ts';

/** By what limits can be held here, found out once. */
export interface LimitMeans {
  readonly prlimit: string | null;
  readonly hard: HardLimits;
  readonly cgroup: CgroupBase | null;
  /** Whether the kernel counts the processes of a sandbox apart from others of the same user. */
  readonly countsPerSandbox: boolean;
  /** Of the user that runs share where none has one of its own. */
  readonly userThreads: UserThreads;
  readonly sampler: Sampler;
}

type Surroundings = Pick<Setting, 'kind' | 'limits'>;

/** Whether the kernel's own count of processes is that of one run. */
const countsProcesses = ({ kind, limits }: Surroundings, user: UserChoice): boolean =>
  user.drop || (kind === 'bwrap' && limits.countsPerSandbox);

/** Between the limit, at which we end the run, and what the kernel allows: it only has to hold until we have looked. */
const PROCESSES_BEYOND = 64;
/** Others of the user count as well, and come and go: what keeps a fork bomb small enough to be seen and ended. */
const USERS_PROCESSES_BEYOND = 1_000;

/** What goes in front of the command of a run. */
export function limitedCommand(
  limits: ResourceLimits,
  setting: Surroundings,
  user: UserChoice,
): string[] {
  const { processes } = limits;
  let most: number | null = null;
  if (processes !== undefined && countsProcesses(setting, user))
    most = 2 * processes + PROCESSES_BEYOND;
  else if (processes !== undefined && isRefused(user))
    most = setting.limits.userThreads.count() + 2 * processes + USERS_PROCESSES_BEYOND;
  return rlimitCommand(limits, setting.limits, most);
}

/** The kernel refuses no process to root. */
const isRefused = ({ userId }: UserChoice): boolean => userId !== 0;

/** By what each limit is held for a run of this user. */
export function mechanismsFor(setting: Surroundings, user: UserChoice): LimitMechanisms {
  if (process.platform !== 'linux') return {};
  const { prlimit, cgroup } = setting.limits;
  const holds = (name: LimitName) => cgroup?.holds.has(name) === true;
  const rlimit = prlimit === null ? [] : (['rlimit'] as const);
  return {
    cpu_seconds: [holds('cpu_seconds') ? 'cgroup' : 'sampled', ...rlimit],
    memory_mb: holds('memory_mb') ? ['cgroup'] : ['sampled'],
    processes: holds('processes') ? ['cgroup'] : [...(isRefused(user) ? rlimit : []), 'sampled'],
    open_files: [...rlimit, 'sampled'],
    ...(prlimit !== null && { file_size_mb: rlimit }),
    disk_mb: setting.kind === 'bwrap' ? ['tmpfs', 'sampled'] : ['sampled'],
  };
}

interface Owner {
  readonly order: Pick<StartOrder, 'id' | 'limits' | 'writablePaths'>;
  readonly setting: Surroundings;
  readonly user: UserChoice;
  readonly leader: () => ProcessEntry | null;
  readonly onHit: () => void;
}

/** Holds one run to its limits from its start to its end. */
export class RunLimits implements Disposable {
  #owner: Owner;
  #cgroup: RunCgroup | null = null;
  #subject: Subject;
  #hit: LimitName | null = null;

  constructor(owner: Owner) {
    this.#owner = owner;
    const { order, setting, user } = owner;
    const inSandbox = setting.kind === 'bwrap';
    this.#subject = {
      limits: order.limits,
      get leader() {
        return owner.leader();
      },
      isLeaderOurs: inSandbox,
      userId: user.drop && setting.kind === 'pid-namespace' ? user.userId : null,
      directories: order.writablePaths,
      get fileSystems() {
        const first = owner.leader()?.pid;
        if (!inSandbox || first === undefined) return [];
        return ['/tmp', '/dev/shm'].map((ours) => ({ path: `/proc/${first}/root${ours}`, ours }));
      },
      countedCpuSeconds: () => this.#cgroup?.cpuSeconds() ?? null,
      countedHit: () => this.#cgroup?.findHit() ?? null,
      onHit: (limit) => {
        this.#hit ??= limit;
        owner.onHit();
      },
    };
  }

  /** Before the start: to make a group takes longer than a process to start the next one. */
  prepare(): void {
    const { setting, order } = this.#owner;
    const { cgroup } = setting.limits;
    if (cgroup === null || Object.keys(order.limits).length === 0) return;
    this.#cgroup = RunCgroup.make(cgroup, order.id, order.limits);
  }

  /** @param pid the process, or the one in the sandbox that will start it */
  begin(pid: number): void {
    this.#cgroup?.add(pid);
    this.#owner.setting.limits.sampler.watch(this.#subject);
  }

  /** The limit that ended the run, or at which the kernel killed a process of it. */
  findHit(): LimitName | null {
    return this.#hit ?? this.#cgroup?.findHit() ?? null;
  }

  [Symbol.dispose](): void {
    this.#owner.setting.limits.sampler.unwatch(this.#subject);
    this.#cgroup?.[Symbol.dispose]();
    this.#cgroup = null;
  }
}
