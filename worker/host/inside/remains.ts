import { setTimeout as delay } from 'node:timers/promises';
import type { IsolationKind } from '../process-spec.ts';
import {
  descendantsOf,
  findProcess,
  isMarked,
  listProcesses,
  processesOfUser,
  sendSignal,
  type ProcessEntry,
} from './processes.ts';
import type { UserChoice } from './user-choice.ts';

/** A run whose leader has ended, and how to recognise what it may have left. */
export interface Remains {
  /** The sandbox's first process, or the leader of the process group. */
  readonly leader: ProcessEntry | null;
  readonly kind: 'sandbox' | 'user' | 'marks';
  readonly userId: number;
  readonly fifos: readonly string[];
  /** Stands in the environment of what the run started: its run directory. */
  readonly marker: string | null;
  /** True in a PID namespace of our own, where every process is ours. */
  readonly everythingIsOurs: boolean;
  /** Leaders of the other runs. */
  readonly others: () => readonly number[];
}

export interface Cleared {
  readonly left: number | null;
  readonly proven: boolean;
  readonly ended: number | null;
}

const CLEAR_MS_MAX = 5_000;
const WAIT_STEP_MS = 20;
/** What another run has just left has no owner until that run is cleared as well. */
const PROOF_MS_MAX = 500;

export function remainsKind(kind: IsolationKind, user: UserChoice): Remains['kind'] {
  if (kind === 'bwrap') return 'sandbox';
  // Only in a namespace of our own: elsewhere another worker's slot may have the same user id.
  return kind === 'pid-namespace' && user.drop ? 'user' : 'marks';
}

/** Ends everything that a run left behind, and says how sure it is. */
export async function clearRemains(remains: Remains): Promise<Cleared> {
  switch (remains.kind) {
    case 'sandbox':
      return clearSandbox(remains);
    case 'user':
      return killUntilNone(() => findRemains(remains), { isProven: () => true, waitMs: 0 });
    case 'marks':
      return killUntilNone(() => findRemains(remains), {
        isProven: () => remains.everythingIsOurs && isAllAccountedFor(remains.others()),
        waitMs: remains.everythingIsOurs ? PROOF_MS_MAX : 0,
      });
  }
}

/** Looks on while what a run left ends by itself. @returns whether all of it did */
export async function waitForRemains(remains: Remains, hasTime: () => boolean): Promise<boolean> {
  for (;;) {
    if (findRemains(remains).length === 0) return true;
    if (!hasTime()) return false;
    await delay(WAIT_STEP_MS);
  }
}

function findRemains(remains: Remains): number[] {
  if (remains.kind === 'user') return processesOfUser(remains.userId);
  const processes = listProcesses();
  const marked = findMarked(remains, processes);
  // Alone in a namespace of our own: whoever hid well is ours too.
  if (marked.length > 0 || !remains.everythingIsOurs || remains.others().length > 0) return marked;
  return findUnaccounted([], processes);
}

/** The first process of a PID namespace is gone only after the kernel has ended all the others. */
async function clearSandbox({ leader }: Remains): Promise<Cleared> {
  if (leader === null) return { left: 0, proven: true, ended: null };
  const giveUpAt = Date.now() + CLEAR_MS_MAX;
  while (isSame(leader)) {
    sendSignal(leader.pid, 'SIGKILL');
    if (Date.now() > giveUpAt) return { left: null, proven: false, ended: null };
    await delay(1);
  }
  return { left: 0, proven: true, ended: null };
}

interface Proof {
  readonly isProven: () => boolean;
  /** How long a proof may be waited for once nothing is found. */
  readonly waitMs: number;
}

async function killUntilNone(find: () => number[], { isProven, waitMs }: Proof): Promise<Cleared> {
  const giveUpAt = Date.now() + CLEAR_MS_MAX;
  const ended = new Set<number>();
  let proveUntil: number | null = null;
  for (;;) {
    const found = find();
    if (found.length === 0) {
      proveUntil ??= Date.now() + waitMs;
      const proven = isProven();
      if (proven || Date.now() >= proveUntil)
        return { left: proven ? 0 : null, proven, ended: ended.size };
      await delay(WAIT_STEP_MS);
      continue;
    }
    if (Date.now() > giveUpAt) return { left: found.length, proven: false, ended: ended.size };
    for (const pid of found) if (sendSignal(pid, 'SIGKILL')) ended.add(pid);
    await delay(1);
  }
}

/** What still belongs to a run: its group, session and family, and whoever carries its marks. */
export function findMarked(remains: Remains, processes: readonly ProcessEntry[]): number[] {
  const leader = remains.leader?.pid ?? -1;
  const spared = new Set([1, process.pid, process.ppid]);
  const own = processes.filter(
    ({ pid, groupId, sessionId }) =>
      !spared.has(pid) &&
      (groupId === leader || sessionId === leader || isMarked(pid, remains.fifos, remains.marker)),
  );
  const pids = own.map(({ pid }) => pid);
  const family = descendantsOf(pids, processes).map(({ pid }) => pid);
  return [...new Set([...pids, ...family])];
}

/** Whether nothing lives in our namespace but ourselves and what other runs are known to own. */
const isAllAccountedFor = (others: readonly number[]): boolean =>
  findUnaccounted(others, listProcesses()).length === 0;

function findUnaccounted(others: readonly number[], processes: readonly ProcessEntry[]): number[] {
  const known = new Set([1, process.pid, process.ppid, ...others]);
  for (const { pid } of descendantsOf([process.pid, ...others], processes)) known.add(pid);
  return processes.map(({ pid }) => pid).filter((pid) => !known.has(pid));
}

const isSame = (process: ProcessEntry): boolean =>
  findProcess(process.pid)?.startTicks === process.startTicks;
