import type { ChildProcess } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { formatEnvironment, LAUNCHER_FD, LauncherReport } from './launcher.ts';
import { findProcess, hasChild, type ProcessEntry } from './processes.ts';
import { STATUS_FD } from './sandbox.ts';

interface Handlers {
  /** The first process of the sandbox has a name; it has not begun its session yet. */
  readonly onNamed: (pid: number) => void;
  /** It is about to start the command. Without a launcher nobody tells. */
  readonly onUp?: (pid: number) => void;
}

/** What bubblewrap, and the launcher inside if there is one, tell about one sandbox. */
export class SandboxStatus {
  /** Null when Perl is missing: then only bubblewrap's exit code is known. */
  readonly report: LauncherReport | null = null;
  #said = '';
  #isNamed = false;
  #first: ProcessEntry | null = null;

  /** @param environment what the launcher gives to the command; null without a launcher */
  constructor(
    child: ChildProcess,
    environment: Readonly<Record<string, string>> | null,
    { onNamed, onUp }: Handlers,
  ) {
    const link = (child.stdio as unknown as readonly Duplex[])[LAUNCHER_FD];
    (child.stdio[STATUS_FD] as Readable).on('data', (chunk: Buffer) => {
      this.#said += chunk.toString('latin1');
      const pid = Number(/"child-pid": (\d+)/.exec(this.#said)?.[1] ?? 0);
      if (pid === 0 || this.#isNamed) return;
      this.#isNamed = true;
      this.#first = findProcess(pid);
      onNamed(pid);
      // Not earlier: the launcher starts nothing before it has it, and whoever was told may still prepare the ground.
      if (environment !== null) link?.write(formatEnvironment(environment));
    });
    if (environment === null) return;
    const report = new LauncherReport();
    this.report = report;
    link?.on('data', (chunk: Buffer) => {
      const wasUp = report.hasStarted;
      report.add(chunk);
      if (!wasUp && report.hasStarted && this.#first !== null) onUp?.(this.#first.pid);
    });
    link?.on('error', () => {}); // it ended before it had read all: its report, or the lack of one, says so
  }

  /** The first process of the sandbox; its end is the end of all of them. Null until bubblewrap has named it. */
  get firstProcess(): ProcessEntry | null {
    return this.#first;
  }

  /** Whether the command is there to receive a signal. */
  get isUp(): boolean {
    if (this.report !== null) return this.report.hasStarted;
    return this.#first !== null && hasChild(this.#first.pid);
  }

  /** Whether the sandbox was there, as far as it has told. */
  get wasSetUp(): boolean {
    return this.report === null ? this.#said.includes('"exit-code"') : this.report.hasStarted;
  }
}
