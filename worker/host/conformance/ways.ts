import { ISOLATION_KINDS, type IsolationKind } from '../process-spec.ts';

/** How a host may be tested: a kind of isolation, or none while the host has a PID namespace of its own. */
export type Way = IsolationKind | 'none-in-namespace';

/** What a host may try that shall come out that way. */
export const KINDS_TRIED: Readonly<Record<Way, readonly IsolationKind[]>> = {
  bwrap: ['bwrap'],
  'pid-namespace': ['pid-namespace'],
  'none-in-namespace': ['pid-namespace', 'none'],
  none: ['none'],
};

export const kindOf = (way: Way): IsolationKind => (way === 'none-in-namespace' ? 'none' : way);

/** Strongest first. Only root has users to give to runs, without which a namespace does not keep them apart. */
export const WAYS: Readonly<Record<'root' | 'user', readonly Way[]>> = {
  root: ISOLATION_KINDS,
  user: ['bwrap', 'none-in-namespace', 'none'],
};

/** Those of the user that we are. */
export const ownWays = (): readonly Way[] => WAYS[process.getuid?.() === 0 ? 'root' : 'user'];
