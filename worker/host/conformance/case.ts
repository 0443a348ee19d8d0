import type { Workspace } from './workspace.ts';

/** One guarantee of the process host. */
export interface Case {
  /** A sentence that states it. */
  readonly title: string;
  readonly check: (workspace: Workspace) => Promise<void>;
}
