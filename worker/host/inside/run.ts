import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { IsolationKind, SentSignal, StopReason } from '../process-spec.ts';
import type { EndReport, StartOrder } from '../protocol.ts';
import { explainSpawnError, findCommandProblem } from './command-problem.ts';
import { countOutOfMemoryKills, findProcess, hasChild, type ProcessEntry } from './processes.ts';
import { signalRun } from './recipients.ts';
import { clearRemains, type Remains } from './remains.ts';
import { isVisibleInside, sandboxCommand, STATUS_FD } from './sandbox.ts';
import { describeIsolation, type Setting } from './setting.ts';
import { closeStreams, openStandardStreams } from './standard-streams.ts';
import { chooseUser, type UserChoice } from './user-choice.ts';

const TIMER_MS_MAX = 2_147_483_647;
/** How long SIGTERM waits for a sandbox to have started its command. */
const SANDBOX_UP_MS_MAX = 1_000;
const LOOK_AGAIN_MS = 2;
const KILLED_EXIT_CODE = 137;

/**
 * One process from its start to the end of everything it started:
 *
 *     waiting ──► running ──► ended
 *        └── stop ────────────►┘        (it never ran)
 */
export class Run {
  /** Resolves when a further start need no longer wait for this one. */
  readonly settled: Promise<void>;
  readonly ended: Promise<void>;
  #order: StartOrder;
  #setting: Setting;
  #others: () => readonly number[];
  #user: UserChoice;
  #child: ChildProcess | null = null;
  /** Who the signals go to: first process of the sandbox, or leader of the group. */
  #leader: ProcessEntry | null = null;
  #because: StopReason | null = null;
  #isOver = false;
  #status = '';
  #lastSignal: SentSignal | null = null;
  #timers = new Set<NodeJS.Timeout>();
  #outOfMemoryKills = 0;
  #settle: () => void;
  #end: () => void;

  constructor(order: StartOrder, setting: Setting, others: () => readonly number[]) {
    this.#order = order;
    this.#setting = setting;
    this.#others = others;
    this.#user = chooseUser(order, setting.userIdBase, setting.kind === 'bwrap');
    const settled = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    this.settled = settled.promise;
    this.ended = ended.promise;
    this.#settle = settled.resolve;
    this.#end = ended.resolve;
  }

  get leaderPid(): number | null {
    return this.#leader?.pid ?? null;
  }

  start(): void {
    if (this.#isOver) return;
    const { command, cwd } = this.#order;
    const problem = findCommandProblem(command, cwd) ?? this.#findHiddenPath();
    if (problem !== null) return this.#refuse(problem);
    try {
      this.#spawn();
    } catch (error) {
      this.#refuse(`The process could not be started: ${(error as Error).message}.`);
    }
  }

  #findHiddenPath(): string | null {
    if (this.#setting.kind !== 'bwrap') return null;
    const [command = ''] = this.#order.command;
    const hidden = [command, this.#order.cwd].find((path) => !isVisibleInside(path, this.#order));
    return hidden === undefined ? null : `'${hidden}' does not exist inside the sandbox.`;
  }

  /** Only the first reason counts; a run that still waits for its turn never starts. */
  stop(because: StopReason): void {
    if (this.#because !== null || this.#isOver) return;
    this.#because = because;
    if (this.#child === null) return this.#report({ notStarted: null });
    this.#after(this.#order.killGraceMs, () => this.#kill());
    this.#terminate(Date.now() + SANDBOX_UP_MS_MAX);
  }

  /** For when nobody is left to tell: no grace, and nothing is waited for but the end. */
  killNow(because: StopReason): void {
    this.stop(because);
    if (!this.#isOver) this.#kill();
  }

  #spawn(): void {
    const { environment, cwd, timeoutMs, id } = this.#order;
    const inSandbox = this.#setting.kind === 'bwrap';
    const [file = '', ...args] = inSandbox
      ? sandboxCommand(this.#order, this.#user, this.#setting.sandbox)
      : this.#order.command;
    const streams = openStandardStreams(this.#order, this.#user);
    this.#outOfMemoryKills = countOutOfMemoryKills();
    let child: ChildProcess;
    try {
      child = spawn(file, args, {
        env: environment as NodeJS.ProcessEnv,
        cwd: inSandbox ? '/' : cwd,
        detached: true,
        stdio: [...streams, ...(inSandbox ? ['pipe' as const] : [])],
        ...(!inSandbox && this.#user.drop && { uid: this.#user.userId, gid: this.#user.userId }),
      });
    } finally {
      closeStreams(streams);
    }
    this.#child = child;
    child.once('error', (error: NodeJS.ErrnoException) =>
      this.#refuse(explainSpawnError(error, this.#order)),
    );
    if (child.pid === undefined) return;
    this.#setting.say({ op: 'started', id, at: Date.now() });
    if (timeoutMs !== null) this.#after(timeoutMs, () => this.stop('timeout'));
    if (inSandbox) this.#followStatus(child);
    else {
      this.#leader = findProcess(child.pid) ?? unseen(child.pid);
      this.#settle();
    }
    child.once('close', (code, signal) => void this.#finish(code, signal));
  }

  #followStatus(child: ChildProcess): void {
    const status = child.stdio[STATUS_FD] as Readable;
    status.on('data', (chunk: Buffer) => {
      this.#status += chunk.toString('latin1');
      const pid = Number(/"child-pid": (\d+)/.exec(this.#status)?.[1] ?? 0);
      if (pid === 0 || this.#leader !== null) return;
      this.#leader = findProcess(pid);
      this.#settle();
    });
  }

  /**
   * SIGTERM to everything the run started. Never to bubblewrap itself, which would die and take
   * the process along without grace, and not before the command is there to receive it.
   */
  #terminate(giveUpAt: number): void {
    if (this.#isOver) return;
    if (!this.#isUp() && Date.now() < giveUpAt) {
      return this.#after(LOOK_AGAIN_MS, () => this.#terminate(giveUpAt));
    }
    this.#signal('SIGTERM');
  }

  #isUp(): boolean {
    if (this.#setting.kind !== 'bwrap') return true;
    return this.#leader !== null && hasChild(this.#leader.pid);
  }

  #kill(): void {
    this.#signal('SIGKILL');
    // Also the wrapper: it may be stuck before there is a sandbox.
    this.#child?.kill('SIGKILL');
  }

  #signal(signal: SentSignal): void {
    if (this.#isOver || this.#child?.exitCode !== null || this.#child.signalCode !== null) return;
    this.#lastSignal = signal;
    this.#setting.say({ op: 'signal', id: this.#order.id, signal, at: Date.now() });
    signalRun(this.#remains(), signal);
  }

  async #finish(code: number | null, signal: string | null): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const endedAt = Date.now();
    for (const timer of this.#timers) clearTimeout(timer);
    const setupFailed =
      this.#setting.kind === 'bwrap' &&
      !this.#status.includes('"exit-code"') &&
      this.#lastSignal === null &&
      signal === null;
    // Killed before bubblewrap could name its sandbox: the kernel ends it, but nobody can look.
    const isUnnamed = this.#setting.kind === 'bwrap' && this.#leader === null && signal !== null;
    const cleared = isUnnamed
      ? { left: null, proven: false, ended: null }
      : await clearRemains(this.#remains());
    this.#report({
      notStarted: null,
      setupFailed,
      ...this.#cause(code, signal),
      // A reason without a signal came too late: the process had ended by itself.
      stoppedBecause: this.#lastSignal === null ? null : this.#because,
      endedAt,
      left: cleared.left,
      killProven: cleared.proven,
      processesEnded: cleared.ended,
    });
  }

  /** bubblewrap turns a death by signal n into exit code 128 + n; undo it where we know better. */
  #cause(code: number | null, signal: string | null): Pick<EndReport, 'exitCode' | 'signal'> {
    const isSandbox = this.#setting.kind === 'bwrap';
    if (signal !== null || !isSandbox) return { exitCode: code, signal };
    if (code === 143 && this.#lastSignal === 'SIGTERM')
      return { exitCode: null, signal: 'SIGTERM' };
    if (code !== KILLED_EXIT_CODE) return { exitCode: code, signal };
    const isKilled =
      this.#lastSignal === 'SIGKILL' || countOutOfMemoryKills() > this.#outOfMemoryKills;
    return isKilled ? { exitCode: null, signal: 'SIGKILL' } : { exitCode: code, signal };
  }

  #remains(): Remains {
    const { kind, ownNamespace } = this.#setting;
    return {
      leader: this.#leader,
      kind: remainsKind(kind, this.#user),
      userId: this.#user.userId,
      fifos: this.#order.fifos,
      marker: this.#order.writablePaths[0] ?? null,
      everythingIsOurs: ownNamespace,
      others: this.#others,
    };
  }

  #refuse(sentence: string): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#report({ notStarted: sentence });
  }

  #report(facts: Partial<EndReport>): void {
    this.#isOver = true;
    this.#setting.say({
      op: 'ended',
      id: this.#order.id,
      notStarted: null,
      setupFailed: false,
      exitCode: null,
      signal: null,
      stoppedBecause: this.#because,
      endedAt: Date.now(),
      left: 0,
      killProven: true,
      processesEnded: 0,
      isolation: describeIsolation(this.#setting, this.#user),
      ...facts,
    });
    this.#settle();
    this.#end();
  }

  /** A timer that does not outlive the run; longer than Node's own may be. */
  #after(ms: number, act: () => void): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        if (ms > TIMER_MS_MAX) this.#after(ms - TIMER_MS_MAX, act);
        else act();
      },
      Math.min(ms, TIMER_MS_MAX),
    );
    this.#timers.add(timer);
  }
}

/** The process has ended before we could look; its group may still live. */
const unseen = (pid: number): ProcessEntry => ({
  pid,
  parentPid: process.pid,
  groupId: pid,
  sessionId: pid,
  startTicks: '',
});

function remainsKind(kind: IsolationKind, user: UserChoice): Remains['kind'] {
  if (kind === 'bwrap') return 'sandbox';
  // Only in a namespace of our own: elsewhere another worker's slot may have the same user id.
  return kind === 'pid-namespace' && user.drop ? 'user' : 'marks';
}
