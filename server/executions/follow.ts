import type { z } from 'zod';
import type { streamExecutions } from '#lib/contracts/executions.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';
import { sql } from '#server/db/sql.ts';
import type { ServerSentEvent } from '#server/http/sse.ts';
import { changes } from '#server/live/changes.ts';
import { toSummary } from './present.ts';
import { withIds } from './list-names.ts';
import { listSummaries } from './repository.ts';

type Query = z.output<(typeof streamExecutions)['query']>;

const GATHER_MS = 250;
/** Above this many at once a page counts, instead of showing each. */
const CHANGES_AT_ONCE_MAX = 200;
/** Rows commit a little after the instant that they carry. */
const OVERLAP_MS = 2_000;

/**
 * Executions that changed, as they change: `changed` with each one's summary, and `many` when there were more than a
 * page can show. Starts with `hello`. A reader that comes back asks its list anew; nothing is replayed.
 */
export async function* followExecutions(
  actor: Actor,
  { since: readAt, ...filter }: Query,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent> {
  authorize(actor, 'executions:read');
  let since = readAt === undefined ? new Date() : new Date(readAt);
  let told = new Map<string, number>();
  yield { event: 'hello', data: { at: since.toISOString() } };
  const { counts: _counts, ...given } = filter;
  const conditions = await withIds(given);
  for await (const _ of changes(['executions'], signal)) {
    const asked = new Date();
    const rows = await listSummaries(
      sql,
      { ...conditions, changed_after: new Date(since.getTime() - OVERLAP_MS) },
      { limit: CHANGES_AT_ONCE_MAX, offset: 0, beforeId: null },
    );
    const fresh = rows.filter((row) => !told.has(keyOf(row)));
    told = new Map(rows.map((row) => [keyOf(row), row.id]));
    since = asked;
    if (rows.length > CHANGES_AT_ONCE_MAX)
      yield { event: 'many', data: { at_least: CHANGES_AT_ONCE_MAX } };
    else for (const row of fresh.toReversed()) yield { event: 'changed', data: toSummary(row) };
    await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
  }
}

const keyOf = (row: { id: number; updated: Date }): string => `${row.id} ${row.updated.getTime()}`;
