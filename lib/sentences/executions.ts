import type { z } from 'zod';
import type { ExecutionStats } from '#lib/contracts/executions.ts';
import { counted } from './part.ts';

export type NewestStats = z.infer<typeof ExecutionStats> & {
  /** False: there are older ones that were not counted. */
  readonly isAll: boolean;
};

/** What is so with the runs there are. */
export function executionsSentence(stats: NewestStats): string {
  if (stats.total === 0) return 'Nothing has run here yet.';
  const unhappy = stats.failed + stats.timeout + stats.abandoned;
  const open = stats.running + stats.pending;
  const now =
    open === 0 ? 'Nothing is in progress' : `${stats.running} running, ${stats.pending} waiting`;
  const all = stats.isAll
    ? counted(stats.total, 'run')
    : `the newest ${counted(stats.total - open, 'run')} that ended`;
  const past =
    unhappy === 0
      ? `none of ${all} failed`
      : `${unhappy.toLocaleString('en')} of ${all} failed, timed out or were lost`;
  return `${now}; ${past}.`;
}
