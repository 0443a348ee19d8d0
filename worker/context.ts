import type { SigningKey } from '#server/auth/signing-key.ts';
import type { Cancellations } from './execution/cancellations.ts';
import type { Leases } from './execution/leases.ts';
import type { ProcessHost } from './host/process-host.ts';
import type { PackCopies } from './packs/pack-copies.ts';
import type { ProbedRuntime } from './runtimes/runtimes.ts';

/** What every attempt of this worker shares. */
export interface WorkerContext {
  readonly workerId: number;
  readonly host: ProcessHost;
  readonly runtimes: readonly ProbedRuntime[];
  readonly packCopies: PackCopies;
  /** Signs the tokens of this worker's processes; in memory only. */
  readonly signingKey: SigningKey;
  readonly leases: Leases;
  readonly cancellations: Cancellations;
  /** Aborted when running attempts have had their time and have to end with the worker. */
  readonly drained: AbortSignal;
  /** Aborted when the worker does not wait for anything any more. */
  readonly shutdown: AbortSignal;
}
