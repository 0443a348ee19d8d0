import { spawn, type ChildProcess } from 'node:child_process';
import type { LimitName } from '#lib/domain/resource-limits.ts';
import type { SentSignal, StopReason } from '../process-spec.ts';
import type { EndReport, StartOrder } from '../protocol.ts';
import { type Cause, findCause } from './cause.ts';
import { explainSpawnError, findCommandProblem } from './command-problem.ts';
import { limitedCommand, RunLimits } from './limits/run-limits.ts';
import { countOutOfMemoryKills, findProcess, type ProcessEntry } from './processes.ts';
import { signalRun } from './recipients.ts';
import { clearRemains, type Remains, remainsKind, waitForRemains } from './remains.ts';
import { SandboxStatus } from './sandbox-status.ts';
import { isVisibleInside, sandboxCommand } from './sandbox.ts';
import { describeIsolation, findWeakness, type Setting } from './setting.ts';
import { closeStreams, openStandardStreams } from './standard-streams.ts';
import { stepBack, stepBackAsSession } from './step-back.ts';
import { Timers } from './timers.ts';
import { chooseUser, type UserChoice } from './user-choice.ts';

/** How long a signal waits for a sandbox to be there. */
const SANDBOX_UP_MS_MAX = 10_000;
/** How long the end of bubblewrap waits for the last words of who holds its pipes. */
const LAST_WORDS_MS_MAX = 1_000;
const LOOK_AGAIN_MS = 2;

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
  #sandbox: SandboxStatus | null = null;
  /** Leader of the process group, where there is no sandbox. */
  #plainLeader: ProcessEntry | null = null;
  #because: StopReason | null = null;
  /** When the grace is over. */
  #killAt = Infinity;
  #isOver = false;
  #sent: SentSignal[] = [];
  #timers = new Timers();
  #limits: RunLimits;
  #outOfMemoryKills = 0;
  #settle: () => void;
  #end: () => void;

  constructor(order: StartOrder, setting: Setting, others: () => readonly number[]) {
    this.#order = order;
    this.#setting = setting;
    this.#others = others;
    this.#user = chooseUser(order, setting.userIdBase, this.#inSandbox);
    this.#limits = new RunLimits({
      order,
      setting,
      user: this.#user,
      leader: () => this.#leader,
      onHit: () => this.stop('limit', 0),
    });
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

  get #inSandbox(): boolean {
    return this.#setting.kind === 'bwrap';
  }

  /** Who the signals go to: first process of the sandbox, or leader of the group. */
  get #leader(): ProcessEntry | null {
    return this.#sandbox === null ? this.#plainLeader : this.#sandbox.firstProcess;
  }

  start(): void {
    if (this.#isOver) return;
    const { command, cwd } = this.#order;
    const problem =
      findCommandProblem(command, cwd) ??
      this.#findHiddenPath() ??
      findWeakness(this.#setting, this.#user);
    if (problem !== null) return this.#refuse(problem);
    try {
      this.#spawn();
    } catch (error) {
      this.#refuse(explainSpawnError(error as NodeJS.ErrnoException, this.#order));
    }
  }

  #findHiddenPath(): string | null {
    if (!this.#inSandbox) return null;
    const [command = ''] = this.#order.command;
    const hidden = [command, this.#order.cwd].find((path) => !isVisibleInside(path, this.#order));
    return hidden === undefined ? null : `'${hidden}' does not exist inside the sandbox.`;
  }

  /**
   * Only the first reason counts, and the shortest grace; without any there is no SIGTERM. A run that still waits
   * for its turn never starts.
   */
  stop(because: StopReason, graceMs: number = this.#order.killGraceMs): void {
    const killAt = Date.now() + graceMs;
    const isSooner = killAt < this.#killAt;
    if (isSooner) this.#killAt = killAt;
    if (this.#isOver) return;
    const isFirst = this.#because === null;
    this.#because ??= because;
    if (this.#child === null) return this.#report({});
    const giveUpAt = Date.now() + SANDBOX_UP_MS_MAX;
    if (graceMs === 0) return this.#kill(giveUpAt);
    if (isSooner) this.#timers.after(graceMs, () => this.#kill(killAt + SANDBOX_UP_MS_MAX));
    if (isFirst) this.#terminate(giveUpAt);
  }

  #spawn(): void {
    const { cwd, timeoutMs, id } = this.#order;
    const limited = limitedCommand(this.#order.limits, this.#setting, this.#user);
    const [file = '', ...args] = this.#inSandbox
      ? sandboxCommand(this.#order, this.#user, this.#setting.sandbox, limited)
      : [...limited, ...this.#order.command];
    this.#limits.prepare();
    const streams = openStandardStreams(this.#order, this.#user);
    this.#outOfMemoryKills = countOutOfMemoryKills();
    let child: ChildProcess;
    try {
      child = spawn(file, args, {
        env: (this.#isLaunched ? {} : this.#order.environment) as NodeJS.ProcessEnv,
        cwd: this.#inSandbox ? '/' : cwd,
        detached: true,
        stdio: [...streams, ...this.#extraStreams],
        ...(!this.#inSandbox &&
          this.#user.drop && { uid: this.#user.userId, gid: this.#user.userId }),
      });
    } finally {
      closeStreams(streams);
    }
    this.#child = child;
    child.once('error', (error: NodeJS.ErrnoException) =>
      this.#refuse(explainSpawnError(error, this.#order)),
    );
    if (child.pid === undefined) return;
    stepBack(child.pid);
    const isolation = describeIsolation(this.#setting, this.#user);
    this.#setting.say({ op: 'started', id, at: Date.now(), pid: child.pid, isolation });
    if (timeoutMs !== null) this.#timers.after(timeoutMs, () => this.stop('timeout'));
    if (this.#inSandbox) {
      const environment = this.#isLaunched ? this.#order.environment : null;
      this.#sandbox = new SandboxStatus(child, environment, {
        onNamed: (pid) => {
          stepBack(pid); // it was there before its parent stepped back
          this.#limits.begin(pid);
          this.#settle();
        },
        onUp: stepBackAsSession,
      });
    } else {
      stepBackAsSession(child.pid);
      this.#plainLeader = findProcess(child.pid) ?? unseen(child.pid);
      this.#limits.begin(child.pid);
      this.#settle();
    }
    child.once('close', (code, signal) => void this.#finish(code, signal));
    // A sandbox that bubblewrap could not take along holds them open; it is ended in `#finish`.
    child.once('exit', (code, signal) =>
      this.#timers.after(LAST_WORDS_MS_MAX, () => void this.#finish(code, signal)),
    );
  }

  get #isLaunched(): boolean {
    return this.#inSandbox && this.#setting.sandbox.launcher !== null;
  }

  /** Status of the sandbox, link to the launcher; their numbers are `STATUS_FD` and `LAUNCHER_FD`. */
  get #extraStreams(): 'pipe'[] {
    if (!this.#inSandbox) return [];
    return this.#isLaunched ? ['pipe', 'pipe'] : ['pipe'];
  }

  /**
   * SIGTERM to everything the run started. Never to bubblewrap itself, which would die and take
   * the process along without grace, and not before the command is there to receive it.
   */
  #terminate(giveUpAt: number): void {
    if (this.#isOver) return;
    const isUp = this.#sandbox === null || this.#sandbox.isUp;
    if (!isUp && Date.now() < giveUpAt) {
      return this.#timers.after(LOOK_AGAIN_MS, () => this.#terminate(giveUpAt));
    }
    this.#signal('SIGTERM');
  }

  /** bubblewrap that is killed before it has named its sandbox may leave it behind: it is waited for. */
  #kill(giveUpAt: number): void {
    if (this.#isOver) return;
    if (this.#leader === null && Date.now() < giveUpAt) {
      return this.#timers.after(LOOK_AGAIN_MS, () => this.#kill(giveUpAt));
    }
    this.#signal('SIGKILL');
    // Also the wrapper: it may be stuck before there is a sandbox.
    this.#child?.kill('SIGKILL');
  }

  #signal(signal: SentSignal): void {
    if (this.#isOver || this.#child?.exitCode !== null || this.#child.signalCode !== null) return;
    if (this.#sent.at(-1) === 'SIGKILL') return;
    this.#say(signal);
    // Without a sandbox that is known there is only bubblewrap, which SIGTERM would end without grace.
    if (signal === 'SIGKILL' || this.#leader !== null) signalRun(this.#remains(), signal);
  }

  #say(signal: SentSignal): void {
    this.#sent.push(signal);
    this.#setting.say({ op: 'signal', id: this.#order.id, signal, at: Date.now() });
  }

  async #finish(exitCode: number | null, signal: string | null): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timers.clear();
    const problem = this.#sandbox?.report?.problem ?? null;
    if (problem !== null) {
      const error = Object.assign(new Error(problem), { code: problem });
      return this.#refuse(explainSpawnError(error, this.#order));
    }
    const cause = findCause({
      exitCode,
      signal,
      inSandbox: this.#inSandbox,
      report: this.#sandbox?.report ?? null,
      sent: this.#sent,
      sawOutOfMemory: countOutOfMemoryKills() > this.#outOfMemoryKills,
    });
    // A reason without a signal came too late: the process had ended by itself.
    const stoppedBecause = this.#sent.length === 0 ? null : this.#because;
    const limit = this.#findLimit(stoppedBecause, cause);
    await this.#shareGrace();
    const endedAt = Date.now();
    const cleared = await clearRemains(this.#remains());
    this.#report({
      setupFailed: this.#sandbox?.wasSetUp === false && stoppedBecause === null && signal === null,
      ...cause,
      stoppedBecause: limit === null ? stoppedBecause : 'limit',
      limit,
      endedAt,
      left: cleared.left,
      killProven: cleared.proven,
      processesEnded: cleared.ended,
    });
  }

  /** The limit that the run was ended for, by us or by the kernel; null when it has nothing to do with its end. */
  #findLimit(stoppedBecause: StopReason | null, { exitCode }: Cause): LimitName | null {
    if (stoppedBecause !== null && stoppedBecause !== 'limit') return null;
    const hit = this.#limits.findHit();
    // It may have coped with a refusal, or ended well before our signal came.
    return stoppedBecause === 'limit' || exitCode !== 0 ? hit : null;
  }

  /** The first to end does not end the grace of the others that got the SIGTERM; in a sandbox the launcher sees to it. */
  async #shareGrace(): Promise<void> {
    if (this.#inSandbox || this.#sent.at(-1) !== 'SIGTERM') return;
    const isGone = await waitForRemains(this.#remains(), () => Date.now() < this.#killAt);
    if (!isGone) this.#say('SIGKILL'); // which `clearRemains` sends
  }

  #remains(): Remains {
    const { kind, ownNamespace } = this.#setting;
    // Killed before bubblewrap could name its sandbox: found by the session that it had.
    const isUnnamed = this.#sandbox !== null && this.#sandbox.firstProcess === null;
    return {
      leader: isUnnamed ? unseen(this.#child?.pid ?? -1) : this.#leader,
      kind: isUnnamed ? 'marks' : remainsKind(kind, this.#user),
      userId: this.#user.userId,
      fifos: this.#order.fifos,
      marker: this.#order.writablePaths[0] ?? null,
      everythingIsOurs: ownNamespace,
      others: this.#others,
    };
  }

  #refuse(sentence: string): void {
    this.#report({ notStarted: sentence });
  }

  #report(facts: Partial<EndReport>): void {
    this.#isOver = true;
    this.#timers.clear();
    this.#limits[Symbol.dispose]();
    this.#setting.say({
      op: 'ended',
      id: this.#order.id,
      notStarted: null,
      setupFailed: false,
      exitCode: null,
      signal: null,
      cause: null,
      stoppedBecause: this.#because,
      endedAt: Date.now(),
      left: 0,
      killProven: true,
      processesEnded: 0,
      isolation: describeIsolation(this.#setting, this.#user),
      limit: null,
      ...facts,
    });
    this.#settle();
    this.#end();
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
