import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WATCHDOG_PROGRAM } from './build-host.ts';
import { FifoPool } from './fifo-pool.ts';
import { HostRun, type HostLink } from './host-run.ts';
import { launchHost, type HostLog, type LaunchedHost } from './launch-host.ts';
import {
  endsWithNamespace,
  ISOLATION_KINDS,
  isWeaker,
  type Isolation,
  type IsolationKind,
  type IsolationProbe,
  type ProcessHost,
  type ProcessSpec,
  type RunningProcess,
} from './process-spec.ts';
import { SIGN_OF_LIFE_MS } from './owner.ts';
import type { FromHost, ToHost } from './protocol.ts';
import { Pulse } from './pulse.ts';
import { Watchdog } from './watchdog.ts';

export type * from './process-spec.ts';
export type { HostLog } from './launch-host.ts';

/** Beyond the longest grace of a running process. */
const LEAVE_MS_MAX = 10_000;
/** A killed wrapper may leave the channel open until the kernel has ended what was inside. */
const CHANNEL_MS_MAX = 1_000;
const PROJECT = resolve(fileURLToPath(new URL('../..', import.meta.url)));

export interface ProcessHostOptions {
  /** Ours alone: it is closed to everybody else, and what an earlier host left in it is removed. */
  readonly directory: string;
  /** Node 24; runs the host. */
  readonly nodePath: string;
  /** Below this the host refuses to start, and then to start a run. */
  readonly minimum: IsolationKind;
  /** As root, slot n runs as user `userIdBase + n`. */
  readonly userIdBase: number;
  /** Never shown inside a sandbox, even if they lie in a system directory; the project always is one. */
  readonly hiddenPaths?: readonly string[];
  /** Tries only these; all by default. */
  readonly kinds?: readonly IsolationKind[];
  readonly log: HostLog;
}

/**
 * Starts the helper process that starts all others, in the strongest isolation that works here.
 *
 * @throws Error in one sentence when that is weaker than `minimum`
 */
export async function startProcessHost(options: ProcessHostOptions): Promise<ProcessHost> {
  const { nodePath, userIdBase, minimum, log, kinds = ISOLATION_KINDS } = options;
  const directory = makePrivateDirectory(options.directory);
  const hiddenPaths = [PROJECT, resolve(options.directory), ...(options.hiddenPaths ?? [])];
  const configuration = { directory, userIdBase, hiddenPaths, minimum };
  const launched = await launchHost({ nodePath, kinds, configuration, log });
  const { isolation, probes } = launched;
  if (isWeaker(isolation.kind, minimum)) {
    launched.child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
    throw new Error(tooWeak(isolation, minimum, probes));
  }
  log('info', 'process host started', { hostPid: launched.pid, isolation: isolation.description });
  const watchdog = endsWithNamespace(isolation)
    ? null
    : new Watchdog({
        nodePath,
        program: join(directory, WATCHDOG_PROGRAM),
        hostPid: launched.pid,
        directory,
        log,
      });
  return new Host(launched, { directory, userIdBase, watchdog, log });
}

interface Surroundings {
  readonly directory: string;
  readonly userIdBase: number;
  /** Null where the kernel ends what a dead host leaves. */
  readonly watchdog: Watchdog | null;
  readonly log: HostLog;
}

class Host implements ProcessHost {
  readonly isolation: Isolation;
  readonly probes: readonly IsolationProbe[];
  readonly pid: number;
  readonly died: Promise<Error>;
  #launched: LaunchedHost;
  #directory: string;
  #userIdBase: number;
  #watchdog: Watchdog | null;
  #signsOfLife: NodeJS.Timeout;
  #pulse: Pulse;
  #link: HostLink;
  #runs = new Map<number, HostRun>();
  #lastId = 0;
  #graceMsMax = 0;
  #isLeaving = false;
  #gone: Promise<void>;
  #hasEnded = false;
  #fifosMade: PromiseWithResolvers<void> | null = null;

  constructor(launched: LaunchedHost, { directory, userIdBase, watchdog, log }: Surroundings) {
    const { child, isolation, probes, pid } = launched;
    this.isolation = isolation;
    this.probes = probes;
    this.pid = pid;
    this.#launched = launched;
    this.#directory = directory;
    this.#userIdBase = userIdBase;
    this.#watchdog = watchdog;
    this.#signsOfLife = giveSignsOfLife(dirname(directory));
    this.#pulse = new Pulse({
      ask: () => this.#send({ op: 'beat' }),
      onSilence: () => {
        log('error', 'the process host hangs and is ended with all that it started', {});
        child.kill('SIGKILL');
      },
    });
    this.#link = {
      directory,
      isolation,
      fifos: new FifoPool(directory, (paths) => this.#makeFifos(paths)),
      send: (message) => this.#send(message),
      reportProblem: (error) => log('error', 'output of a process was lost', { err: error }),
    };
    const died = Promise.withResolvers<Error>();
    const gone = Promise.withResolvers<void>();
    this.died = died.promise;
    this.#gone = gone.promise;
    child.on('message', (message: FromHost) => this.#receive(message));
    child.on('error', (error) =>
      log('error', 'the process host cannot be reached', { err: error }),
    );
    void this.#followEnd(child, died.resolve, gone.resolve);
  }

  userIdFor(slot: number): number | null {
    return process.getuid?.() === 0 ? this.#userIdBase + slot : null;
  }

  run(spec: ProcessSpec): RunningProcess {
    const id = ++this.#lastId;
    const run = new HostRun(id, spec, this.#link);
    this.#graceMsMax = Math.max(this.#graceMsMax, spec.killGraceMs);
    if (this.#hasEnded || this.#isLeaving) {
      run.abandon({ notStarted: 'The process host has ended; nothing can be started any more.' });
      return run;
    }
    this.#runs.set(id, run);
    void run.outcome.then(() => this.#runs.delete(id));
    void run.start();
    return run;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isLeaving && !this.#hasEnded) {
      this.#isLeaving = true;
      this.#send({ op: 'shutdown' });
    }
    const timer = setTimeout(
      () => this.#launched.child.kill('SIGKILL'),
      this.#graceMsMax + LEAVE_MS_MAX,
    );
    await this.#gone;
    clearTimeout(timer);
    clearInterval(this.#signsOfLife);
    this.#pulse[Symbol.dispose]();
    this.#watchdog?.[Symbol.dispose]();
    await Promise.all([...this.#runs.values()].map(({ outcome }) => outcome));
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #followEnd(
    child: ChildProcess,
    died: (error: Error) => void,
    gone: () => void,
  ): Promise<void> {
    const { code, signal } = await endOf(child);
    this.#hasEnded = true;
    this.#pulse[Symbol.dispose]();
    // Before anybody is told that it is over.
    if (!this.#isLeaving || this.#runs.size > 0) await this.#watchdog?.sweep();
    this.#bury(signal);
    gone();
    if (this.#isLeaving) return;
    died(new Error(`The process host ended unexpectedly with ${code ?? signal}.`));
  }

  #receive(message: FromHost): void {
    this.#pulse.heard();
    switch (message.op) {
      case 'ready':
      case 'alive':
        return;
      case 'fifosMade':
        if (message.error === null) this.#fifosMade?.resolve();
        else this.#fifosMade?.reject(new Error(message.error));
        return;
      case 'started': {
        const run = this.#runs.get(message.id);
        if (run !== undefined) this.#watchdog?.watch(message.id, message.pid, run.marker);
        return run?.receive(message);
      }
      case 'signal':
        return this.#runs.get(message.id)?.receive(message);
      case 'ended':
        this.#watchdog?.unwatch(message.id);
        return this.#runs.get(message.id)?.receive(message);
    }
  }

  #send(message: ToHost): void {
    // What cannot be delivered is settled by the end of the host, which follows.
    if (this.#launched.child.connected) this.#launched.child.send(message, () => {});
  }

  #makeFifos(paths: readonly string[]): Promise<void> {
    this.#fifosMade = Promise.withResolvers<void>();
    if (this.#hasEnded) this.#fifosMade.reject(new Error('the process host has ended'));
    this.#send({ op: 'fifos', paths });
    return this.#fifosMade.promise;
  }

  /**
   * The first process of a namespace that ended by itself has been waited for, and by then the
   * kernel had ended the rest. When the outermost one was killed, the rest is about to end.
   */
  #bury(signal: string | null): void {
    this.#hasEnded = true;
    this.#fifosMade?.reject(new Error('the process host has ended'));
    const killProven = this.#launched.ownNamespace && signal === null && process.getuid?.() === 0;
    for (const run of this.#runs.values()) {
      run.abandon({
        stoppedBecause: 'shutdown',
        signal: 'SIGKILL',
        cause: 'host_ended',
        left: killProven ? 0 : null,
        killProven,
      });
    }
  }
}

interface End {
  readonly code: number | null;
  readonly signal: string | null;
}

/** The last messages may still be on their way when the process has ended: the channel's end follows them. */
async function endOf(child: ChildProcess): Promise<End> {
  const channelEnded = once(child, 'disconnect');
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (child.connected) await Promise.race([channelEnded, delay(CHANNEL_MS_MAX)]);
  return { code, signal };
}

/** For workers that share the data directory but cannot see our process: it lives while this is touched. */
const giveSignsOfLife = (directory: string): NodeJS.Timeout =>
  setInterval(() => {
    const now = new Date();
    utimes(directory, now, now).catch(() => {}); // removed under us: nothing to keep alive
  }, SIGN_OF_LIFE_MS).unref();

function makePrivateDirectory(parent: string): string {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(parent)) {
    if (name.startsWith('host-')) rmSync(join(parent, name), { recursive: true, force: true });
  }
  const directory = mkdtempSync(join(parent, 'host-')); // mode 0700
  mkdirSync(join(directory, 'trial'));
  return directory;
}

function tooWeak(
  { kind }: Isolation,
  minimum: IsolationKind,
  probes: readonly IsolationProbe[],
): string {
  const reasons = probes.filter(({ ok }) => !ok).map((probe) => `${probe.kind}: ${probe.detail}`);
  return (
    `Processes can only be isolated as '${kind}' here, but at least '${minimum}' is required. ` +
    `Install bubblewrap or lower the minimum. ${reasons.join(' ')}`
  );
}
