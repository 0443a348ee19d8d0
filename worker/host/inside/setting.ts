import { isWeaker, type Isolation, type IsolationKind } from '../process-spec.ts';
import type { FromHost } from '../protocol.ts';
import { type LimitMeans, mechanismsFor } from './limits/run-limits.ts';
import type { SandboxBase } from './sandbox.ts';
import type { UserChoice } from './user-choice.ts';

/** What was found out once, when the host started, and every run needs. */
export interface Setting {
  readonly kind: IsolationKind;
  /** A run that would have less is not started. */
  readonly minimum: IsolationKind;
  /** Whether this host has a PID namespace of its own, so that it takes everything along when it dies. */
  readonly ownNamespace: boolean;
  readonly userIdBase: number;
  readonly sandbox: SandboxBase;
  readonly limits: LimitMeans;
  readonly say: (message: FromHost) => void;
}

/**
 * The kind of one run. What keeps runs apart without a sandbox is the user id that each has of its own: who does not get
 * one could read all others.
 */
export const kindFor = ({ kind }: Pick<Setting, 'kind'>, user: UserChoice): IsolationKind =>
  kind === 'pid-namespace' && !user.drop ? 'none' : kind;

/** Puts one run's isolation into words. */
export function describeIsolation(setting: Setting, user: UserChoice): Isolation {
  const kind = kindFor(setting, user);
  const ownNamespace = kind === 'bwrap' || setting.ownNamespace;
  const reason = user.because === null ? '' : ` because ${user.because}`;
  const runsAs = user.drop ? `user ${user.userId}` : `the worker's user${reason}`;
  const ending = setting.ownNamespace
    ? 'process group, in a PID namespace that the kernel ends when the process host dies'
    : 'process group only';
  const description = {
    bwrap: `bwrap, own PID namespace${setting.ownNamespace ? ` inside the host's` : ''}, ${runsAs}`,
    'pid-namespace': `PID namespace of the process host, ${runsAs}`,
    none: `no isolation, ${ending}, ${runsAs}`,
  }[kind];
  return {
    kind,
    ownUserId: user.drop,
    ownNamespace,
    description,
    limits: mechanismsFor(setting, user),
  };
}

/** Why one run would be kept apart less than is asked for, and what mends that; null when it is not so. */
export function findWeakness(setting: Setting, user: UserChoice): string | null {
  const { minimum } = setting;
  const kind = kindFor(setting, user);
  if (!isWeaker(kind, minimum)) return null;
  return (
    `It could only be isolated as '${kind}', because ${user.because}, but at least '${minimum}' is required ` +
    '(ISOLATION_MINIMUM). Let others read that path and pass the directories above it (chmod o+rX), install ' +
    'bubblewrap and restart the worker, or lower the minimum.'
  );
}
