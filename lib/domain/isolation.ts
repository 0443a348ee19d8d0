import type { LimitMechanisms } from './resource-limits.ts';

/** How strongly a process is kept apart, strongest first. */
export const ISOLATION_KINDS = ['bwrap', 'pid-namespace', 'none'] as const;
export type IsolationKind = (typeof ISOLATION_KINDS)[number];

/** What was in force for one process. */
export interface Isolation {
  readonly kind: IsolationKind;
  /** Whether the process runs under a user id that nothing else of ours has. */
  readonly ownUserId: boolean;
  /** For people: `bwrap, own PID namespace, user 61003`. */
  readonly description: string;
  /** By what its limits are held; absent in records from before there were any. */
  readonly limits?: LimitMechanisms | undefined;
}
