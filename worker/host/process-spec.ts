import type { Isolation, IsolationKind } from '#lib/domain/isolation.ts';
import type { LimitName, ResourceLimits } from '#lib/domain/resource-limits.ts';

export {
  endsWithNamespace,
  ISOLATION_KINDS,
  isWeaker,
  type Isolation,
  type IsolationKind,
} from '#lib/domain/isolation.ts';

/** The trial run of one kind when the host started. */
export interface IsolationProbe {
  readonly kind: IsolationKind;
  readonly ok: boolean;
  /** What worked, or what the kernel or the program said. */
  readonly detail: string;
}

/** Why we stopped a process. */
export type StopReason = 'cancel' | 'timeout' | 'lease_lost' | 'drain' | 'shutdown' | 'limit';

/** The only signals that we send. */
export type SentSignal = 'SIGTERM' | 'SIGKILL';

/**
 * What ended a process:
 * - `exit`: itself, with its exit code
 * - `our_signal`, `other_signal`: a signal that we sent, or that we did not
 * - `out_of_memory`: a SIGKILL that we did not send, while the kernel killed for want of memory
 * - `exit_or_signal`: cannot be told; a sandbox on a machine without Perl shows `exit 137` and a death by SIGKILL alike
 * - `host_ended`: the process host is gone, and the process with it
 */
export type EndCause =
  | 'exit'
  | 'our_signal'
  | 'other_signal'
  | 'out_of_memory'
  | 'exit_or_signal'
  | 'host_ended';

export interface ProcessSpec {
  /** argv; the first is an absolute path. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** Exactly what the process gets; nothing is added or inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** The whole document, then end of file; null is an empty stdin. */
  readonly stdin: Uint8Array | null;
  /** Visible inside (pack, interpreter), under the same path as outside. */
  readonly readOnlyPaths: readonly string[];
  /** Writable inside; the first is the run directory and must belong to `userIdFor(slot)`. */
  readonly writablePaths: readonly string[];
  /** Picks the user id when we are root; no two running processes may share one. */
  readonly slot: number;
  /** Counted by the host from the start of the process; null is no limit. */
  readonly timeoutMs: number | null;
  readonly killGraceMs: number;
  readonly limits: ResourceLimits;
  /** Awaited: the process is slowed down by the kernel while we are busy with a chunk. */
  readonly onOutput: (stream: 'stdout' | 'stderr', chunk: Buffer) => void | Promise<void>;
  readonly onStarted?: (info: StartRecord) => void;
  readonly onSignal?: (signal: SentSignal, at: Date) => void;
}

/** What is known about a process that has just begun. */
export interface StartRecord {
  readonly startedAt: Date;
  /** Its own, which may be weaker than that of its host. */
  readonly isolation: Isolation;
}

/** What is known about a process that has ended, whichever way. */
export interface EndRecord {
  /** Null when it never ran. */
  readonly startedAt: Date | null;
  readonly endedAt: Date;
  readonly signals: readonly { readonly signal: SentSignal; readonly at: Date }[];
  /** From the first SIGTERM to the end; null when none was sent. */
  readonly graceUsedMs: number | null;
  /** Null when it never ran. */
  readonly cause: EndCause | null;
  /** Processes of this run that still exist; null when that cannot be known. */
  readonly left: number | null;
  /** True when the kernel vouches for it: the PID namespace or every process of the user id is gone. */
  readonly killProven: boolean;
  readonly isolation: Isolation;
  /** The limit that it was ended for. */
  readonly limit: LimitName | null;
  /** How many the run had left behind and we ended; null when the kernel ended them uncounted. */
  readonly processesEnded: number | null;
}

export type Outcome =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly end: EndRecord }
  | {
      readonly kind: 'stopped';
      readonly because: StopReason;
      readonly exitCode: number | null;
      readonly signal: string | null;
      readonly end: EndRecord;
    }
  /** By somebody else, the kernel's OOM killer for one. */
  | { readonly kind: 'killed'; readonly signal: string; readonly end: EndRecord }
  | { readonly kind: 'not_started'; readonly error: string; readonly end: EndRecord };

export interface StopOptions {
  readonly graceMs?: number;
}

export interface RunningProcess {
  /** Never rejects; resolves when the process is gone and its output has been taken. */
  readonly outcome: Promise<Outcome>;
  /**
   * SIGTERM, then SIGKILL after the grace. Only the first reason counts, but a later call may shorten the grace; 0
   * kills at once. Default: `killGraceMs`, and 0 for `lease_lost`, because another attempt may run already.
   */
  stop(reason: StopReason, options?: StopOptions): void;
}

export interface ProcessHost extends AsyncDisposable {
  /** Of the host as a whole: one run may have to do with less, and says so itself. */
  readonly isolation: Isolation;
  readonly probes: readonly IsolationProbe[];
  /** Resolves when the host process ended although nobody asked; every running process is over then. */
  readonly died: Promise<Error>;
  /** As the worker sees it: the outermost process of the host. */
  readonly pid: number;
  /** Who must own the run directory of a slot; null: ourselves. */
  userIdFor(slot: number): number | null;
  run(spec: ProcessSpec): RunningProcess;
}
