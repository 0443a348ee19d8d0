import type { ExecutionSummary } from '#lib/contracts/executions.ts';
import type { ExecutionStatus } from '#lib/domain/execution-status.ts';

/** What came by the stream: the newest state of each run, oldest first. */
export type Changes = ReadonlyMap<number, ExecutionSummary>;

/** More are only counted as "more than". */
export const CHANGES_MAX = 500;

/** Takes changes in, in the order they came; what is older than what we have is dropped. */
export function takeChanges(changes: Changes, runs: readonly ExecutionSummary[]): Changes {
  const next = new Map(changes);
  for (const run of runs) {
    const known = next.get(run.id);
    if (known !== undefined && known.updated >= run.updated) continue;
    next.delete(run.id);
    next.set(run.id, run);
  }
  for (const id of next.keys()) {
    if (next.size <= CHANGES_MAX) break;
    next.delete(id);
  }
  return next;
}

/** The rows of the page, in their places, as they are now. */
export const currentRows = (
  rows: readonly ExecutionSummary[],
  changes: Changes,
): ExecutionSummary[] =>
  rows.map((row) => {
    const change = changes.get(row.id);
    return change !== undefined && change.updated > row.updated ? change : row;
  });

interface Belonging {
  /** Empty: all. */
  readonly statuses: readonly ExecutionStatus[];
  /** Why they ended; undefined: whyever. */
  readonly reason?: string | undefined;
  /** Only what changed after this instant. */
  readonly sinceMs?: number;
}

/** How many runs that belong to this list are newer than its first row. */
export function countNewer(
  rows: readonly ExecutionSummary[],
  changes: Changes,
  { statuses, reason, sinceMs = 0 }: Belonging,
): number {
  const newest = rows[0]?.id ?? 0;
  return [...changes.values()].filter(
    ({ id, status, end_reason: why, updated }) =>
      id > newest &&
      (statuses.length === 0 || statuses.includes(status)) &&
      (reason === undefined || reason === why) &&
      Date.parse(updated) >= sinceMs,
  ).length;
}
