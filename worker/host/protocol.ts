import type { LimitName, ResourceLimits } from '#lib/domain/resource-limits.ts';
import type {
  EndCause,
  Isolation,
  IsolationKind,
  IsolationProbe,
  SentSignal,
  StopReason,
} from './process-spec.ts';

/**
 * What worker and host say to each other over Node's IPC: small JSON, times in ms since 1970.
 *
 *     worker                        host
 *       ── configure ──────────────►  probes each kind of isolation
 *       ◄───────────────── ready ───
 *       ── fifos ──────────────────►  mkfifo
 *       ◄───────────── fifosMade ───
 *       ── start ──────────────────►  waits for its turn, spawns
 *       ◄─────────────── started ───
 *       ── stop ───────────────────►  SIGTERM, grace, SIGKILL
 *       ◄──────────────── signal ───
 *       ◄───────────────── ended ───  the process and all it started
 *       ── beat ───────────────────►
 *       ◄────────────────── alive ───  at once, or it hangs
 *       ── shutdown ───────────────►  stops everything, leaves
 */
export type ToHost =
  | ({ readonly op: 'configure' } & HostConfiguration)
  | { readonly op: 'fifos'; readonly paths: readonly string[] }
  | ({ readonly op: 'start' } & StartOrder)
  | {
      readonly op: 'stop';
      readonly id: number;
      readonly reason: StopReason;
      /** Null: the one of the order. */
      readonly graceMs: number | null;
    }
  | { readonly op: 'beat' }
  | { readonly op: 'shutdown' };

export type FromHost =
  | {
      readonly op: 'ready';
      readonly isolation: Isolation | null;
      readonly probes: readonly IsolationProbe[];
    }
  | { readonly op: 'fifosMade'; readonly error: string | null }
  | {
      readonly op: 'started';
      readonly id: number;
      readonly at: number;
      /** In the host's namespace, which is the worker's where there is none. */
      readonly pid: number;
      readonly isolation: Isolation;
    }
  | {
      readonly op: 'signal';
      readonly id: number;
      readonly signal: SentSignal;
      readonly at: number;
    }
  | ({ readonly op: 'ended' } & EndReport)
  | { readonly op: 'alive' };

export interface HostConfiguration {
  /** Private to worker and host. */
  readonly directory: string;
  readonly userIdBase: number;
  readonly kinds: readonly IsolationKind[];
  /** A run that would have less is not started. */
  readonly minimum: IsolationKind;
  /** Never visible inside a sandbox, even when a system directory holds them. */
  readonly hiddenPaths: readonly string[];
  /** The worker's PID namespace; the host compares it with its own. Null where there is no /proc. */
  readonly workerPidNamespace: string | null;
}

export interface StartOrder {
  readonly id: number;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** A file that the host unlinks as soon as it has opened it; null is an empty stdin. */
  readonly stdinPath: string | null;
  /** stdout, stderr; the worker has opened the reading ends already. */
  readonly fifos: readonly [string, string];
  readonly readOnlyPaths: readonly string[];
  readonly writablePaths: readonly string[];
  readonly slot: number;
  readonly timeoutMs: number | null;
  readonly killGraceMs: number;
  readonly limits: ResourceLimits;
}

export interface EndReport {
  readonly id: number;
  /** Null when it ran. */
  readonly notStarted: string | null;
  /** The sandbox gave up before the command ran; its reason is on stderr. */
  readonly setupFailed: boolean;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly cause: EndCause | null;
  readonly stoppedBecause: StopReason | null;
  readonly endedAt: number;
  readonly left: number | null;
  readonly killProven: boolean;
  readonly processesEnded: number | null;
  readonly isolation: Isolation;
  readonly limit: LimitName | null;
}
