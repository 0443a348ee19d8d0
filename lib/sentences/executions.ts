import type { z } from 'zod';
import type { ExecutionStats } from '#lib/contracts/executions.ts';
import { counted } from './part.ts';

/** What is so with all runs there are. */
export function executionsSentence(stats: z.infer<typeof ExecutionStats>): string {
  if (stats.total === 0) return 'Nothing has run here yet.';
  const unhappy = stats.failed + stats.timeout + stats.abandoned;
  const open = stats.running + stats.pending;
  const now =
    open === 0 ? 'Nothing is in progress' : `${stats.running} running, ${stats.pending} waiting`;
  const past =
    unhappy === 0
      ? `none of ${counted(stats.total, 'run')} failed`
      : `${unhappy.toLocaleString('en')} of ${counted(stats.total, 'run')} failed, timed out or were lost`;
  return `${now}; ${past}.`;
}
