import type { LimitMechanisms } from './resource-limits.ts';

/**
 * How strongly a process is kept apart, strongest first. Under all but `none` no run can read the environment, the files
 * or the token of another one.
 */
export const ISOLATION_KINDS = ['bwrap', 'pid-namespace', 'none'] as const;
export type IsolationKind = (typeof ISOLATION_KINDS)[number];

/** What was in force for one process. */
export interface Isolation {
  readonly kind: IsolationKind;
  /** Whether the process runs under a user id that nothing else of ours has. */
  readonly ownUserId: boolean;
  /**
   * Whether it runs in a PID namespace, its own or the process host's, which the kernel ends as a whole; absent in older
   * records.
   */
  readonly ownNamespace?: boolean | undefined;
  /** For people: `bwrap, own PID namespace, user 61003`. */
  readonly description: string;
  /** By what its limits are held; absent in records from before there were any. */
  readonly limits?: LimitMechanisms | undefined;
}

export const isWeaker = (kind: IsolationKind, minimum: IsolationKind): boolean =>
  ISOLATION_KINDS.indexOf(kind) > ISOLATION_KINDS.indexOf(minimum);

/** Whether the kernel ends what such a process has started, as soon as its sandbox or the process host is gone. */
export const endsWithNamespace = ({
  kind,
  ownNamespace,
}: Pick<Isolation, 'kind' | 'ownNamespace'>): boolean => ownNamespace ?? kind !== 'none';
