import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { findProcess } from './inside/processes.ts';
import { HELPER_ENVIRONMENT } from './inside/programs.ts';
import type { HostLog } from './launch-host.ts';
import type { ToWatchdog, WatchdogConfiguration } from './watchdog-protocol.ts';

const START_AGAIN_MS = 1_000;
const SWEEP_MS_MAX = 5_000;

export interface WatchdogOptions {
  readonly nodePath: string;
  /** Its program, as one file. */
  readonly program: string;
  readonly hostPid: number;
  readonly directory: string;
  readonly log: HostLog;
}

/** The worker's side of the watchdog, which is started again when it ends. */
export class Watchdog implements Disposable {
  #options: WatchdogOptions;
  #configuration: WatchdogConfiguration;
  #watched = new Map<number, Extract<ToWatchdog, { op: 'watch' }>>();
  #child: ChildProcess;
  #isLeaving = false;

  constructor(options: WatchdogOptions) {
    const { hostPid, directory } = options;
    this.#options = options;
    this.#configuration = {
      workerPid: process.pid,
      hostPid,
      hostStartTicks: findProcess(hostPid)?.startTicks ?? '',
      directory,
    };
    this.#child = this.#start();
  }

  watch(id: number, pid: number, marker: string | null): void {
    const message = { op: 'watch', id, pid, marker } as const;
    this.#watched.set(id, message);
    this.#send(message);
  }

  unwatch(id: number): void {
    if (this.#watched.delete(id)) this.#send({ op: 'unwatch', id });
  }

  /** The host has ended: resolves when what it left has been killed. */
  async sweep(): Promise<void> {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    const child = this.#child;
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
    this.#send({ op: 'sweep' });
    await Promise.race([ended, delay(SWEEP_MS_MAX, undefined, { ref: false })]);
  }

  [Symbol.dispose](): void {
    if (!this.#isLeaving) this.#send({ op: 'leave' });
    this.#isLeaving = true;
  }

  #start(): ChildProcess {
    const { nodePath, program, log } = this.#options;
    const child = spawn(
      nodePath,
      ['--max-semi-space-size=1', program, JSON.stringify(this.#configuration)],
      {
        cwd: '/',
        env: HELPER_ENVIRONMENT,
        detached: true, // it has to outlive us
        stdio: ['pipe', 'pipe', 'ignore'],
      },
    );
    this.#child = child;
    child.on('error', (error) => log('error', 'the watchdog cannot be started', { err: error }));
    child.stdin?.on('error', () => {}); // its end is seen below
    createInterface({ input: child.stdout }).on('line', (line) =>
      log('warn', 'the watchdog ended what a dead process host had left', { ended: line }),
    );
    child.once('exit', () => void this.#startAgain());
    for (const message of this.#watched.values()) this.#send(message);
    return child;
  }

  async #startAgain(): Promise<void> {
    await delay(START_AGAIN_MS, undefined, { ref: false });
    if (this.#isLeaving) return;
    this.#options.log('warn', 'the watchdog had ended and is started again', {});
    this.#start();
  }

  #send(message: ToWatchdog): void {
    if (this.#child.stdin?.writable === true)
      this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }
}
