import type { z } from 'zod';
import type { ExecutionStats } from '#lib/contracts/executions.ts';
import { counted } from './part.ts';

export type NewestStats = z.infer<typeof ExecutionStats> & {
  /** False: there are older ones that were not counted. */
  readonly isAll: boolean;
};

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** What is so with the runs there are, whichever of them are looked for. */
export function executionsSentence(stats: NewestStats, isFiltered = false): string {
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
  const sentence = `${now}; ${past}.`;
  return isFiltered ? `Without the filters: ${lowerFirst(sentence)}` : sentence;
}
