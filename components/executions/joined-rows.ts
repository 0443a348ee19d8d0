import type { ExecutionSummary } from '#lib/contracts/executions.ts';

/** Rows that were loaded, newest first, and where the next older ones begin. */
export interface JoinedRows {
  readonly rows: readonly ExecutionSummary[];
  /** Null: there are no older ones. */
  readonly cursor: string | null;
  /** Older ones than the first page were loaded. */
  readonly isExtended: boolean;
}

/** More are not kept: the address of older ones is. */
export const JOINED_MAX = 10_000;

export const firstPage = (
  rows: readonly ExecutionSummary[],
  cursor: string | null,
): JoinedRows => ({ rows, cursor, isExtended: false });

/** What was loaded with an older page below it. */
export function withOlder(
  known: JoinedRows,
  rows: readonly ExecutionSummary[],
  cursor: string | null,
): JoinedRows {
  const last = known.rows.at(-1)?.id ?? Number.POSITIVE_INFINITY;
  const below = rows.filter(({ id }) => id < last);
  return { rows: [...known.rows, ...below], cursor, isExtended: true };
}

/** A first page that was read anew, with the older ones that were loaded still below it where they join. */
export function withFirst(
  known: JoinedRows,
  rows: readonly ExecutionSummary[],
  cursor: string | null,
): JoinedRows {
  const last = rows.at(-1)?.id;
  const newest = known.rows[0]?.id;
  // So much has come that the two do not touch: what lies between was never read.
  const isApart = last === undefined || newest === undefined || newest < last;
  if (!known.isExtended || isApart) return firstPage(rows, cursor);
  const joined = [...rows, ...known.rows.filter(({ id }) => id < last)];
  if (joined.length <= JOINED_MAX) return { rows: joined, cursor: known.cursor, isExtended: true };
  const kept = joined.slice(0, JOINED_MAX);
  return { rows: kept, cursor: String(kept.at(-1)?.id), isExtended: true };
}
