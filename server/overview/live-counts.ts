import type { LiveCounts } from '#lib/contracts/executions.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';
import { sql } from '#server/db/sql.ts';
import type { ServerSentEvent } from '#server/http/sse.ts';
import { changes } from '#server/live/changes.ts';
import { STUCK } from './statements.ts';

/** Every look within this time is the same look: fifty open pages cost as much as one. */
const FRESH_MS = 1_000;

let look: { readonly takenAt: number; readonly counts: Promise<LiveCounts> } | undefined;

/** How many runs are under way or need somebody, at most a second old. Needs `executions:read`. */
export async function getLiveCounts(actor: Actor): Promise<LiveCounts> {
  authorize(actor, 'executions:read');
  if (look !== undefined && Date.now() - look.takenAt < FRESH_MS) return look.counts;
  const taken = { takenAt: Date.now(), counts: readCounts() };
  look = taken;
  // A look that failed is not kept for the next one.
  taken.counts.catch(() => {
    if (look === taken) look = undefined;
  });
  return taken.counts;
}

/** `counts` at once, and whenever they are others than before. */
export async function* followLiveCounts(
  actor: Actor,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent> {
  let told = '';
  for await (const _ of changes(['executions', 'workers'], signal)) {
    const counts = await getLiveCounts(actor);
    const text = JSON.stringify(counts);
    if (text !== told) yield { event: 'counts', data: counts };
    told = text;
    await new Promise((resolve) => setTimeout(resolve, FRESH_MS));
  }
}

async function readCounts(): Promise<LiveCounts> {
  const [[counts], [slots]] = await Promise.all([
    sql.query<Omit<LiveCounts, 'stuck'>>(COUNTS),
    sql.query<{ slots: number }>(SLOTS),
  ]);
  const { running = 0, waiting = 0, quarantined = 0 } = counts ?? {};
  const stuck = await sql.query<{ id: number }>(STUCK, [running < (slots?.slots ?? 0)]);
  return { running, waiting, quarantined, stuck: stuck.length };
}

const COUNTS = `
  select count(*) filter (where status in ('running', 'canceling'))::int as running,
         count(*) filter (where status in ('requested', 'scheduling', 'scheduled'))::int as waiting,
         (select count(*)::int from execution where end_reason = 'quarantined' and end_reason <> 'exit'
             and finished_at > now() - interval '24 hours') as quarantined
  from execution where status in ('requested', 'scheduling', 'scheduled', 'running', 'canceling')`;

const SLOTS = `
  select coalesce(sum(slots), 0)::int as slots from worker
  where stopped_at is null and not cordoned and last_heartbeat > now() - interval '30 seconds'`;
