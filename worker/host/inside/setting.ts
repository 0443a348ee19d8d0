import type { Isolation, IsolationKind } from '../process-spec.ts';
import type { FromHost } from '../protocol.ts';
import { type LimitMeans, mechanismsFor } from './limits/run-limits.ts';
import type { SandboxBase } from './sandbox.ts';
import type { UserChoice } from './user-choice.ts';

/** What was found out once, when the host started, and every run needs. */
export interface Setting {
  readonly kind: IsolationKind;
  /** Whether this host has a PID namespace of its own, so that it takes everything along when it dies. */
  readonly ownNamespace: boolean;
  readonly userIdBase: number;
  readonly sandbox: SandboxBase;
  readonly limits: LimitMeans;
  readonly say: (message: FromHost) => void;
}

/** Puts one run's isolation into words. */
export function describeIsolation(setting: Setting, user: UserChoice): Isolation {
  const { kind, ownNamespace } = setting;
  const reason = user.because === null ? '' : ` because ${user.because}`;
  const runsAs = user.drop ? `user ${user.userId}` : `the worker's user${reason}`;
  const description = {
    bwrap: `bwrap, own PID namespace${ownNamespace ? ` inside the host's` : ''}, ${runsAs}`,
    'pid-namespace': `PID namespace of the process host, ${runsAs}`,
    none: `no isolation, process group only, ${runsAs}`,
  }[kind];
  return { kind, ownUserId: user.drop, description, limits: mechanismsFor(setting, user) };
}
