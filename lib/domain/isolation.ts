/** How strongly a process was kept apart, strongest first. */
export type IsolationKind = 'bwrap' | 'pid-namespace' | 'none';

/** What was in force for one process. */
export interface Isolation {
  readonly kind: IsolationKind;
  /** Whether it ran as a user of its own. */
  readonly ownUserId: boolean;
  /** For people: "bwrap, own PID namespace, user 61003". */
  readonly description: string;
}
