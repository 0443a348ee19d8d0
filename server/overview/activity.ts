import type { Activity } from '#lib/overview.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';
import { sql } from '#server/db/sql.ts';

/** Beyond so many runs the day is told from the newest ones: a list must not scan millions of rows. */
const RUNS_LOOKED_AT_MAX = 200_000;

interface CountRow {
  ref: string;
  runs: number;
  completed: number;
  unhappy: number;
}

interface LastRow {
  ref: string;
  at: Date | null;
}

/** When each rule last fired, and its runs of the last 24 h. */
export async function getRuleActivity(actor: Actor): Promise<Record<string, Activity>> {
  authorize(actor, 'executions:read');
  const [counts, lasts] = await Promise.all([
    countRuns('rule_ref'),
    sql.query<LastRow>(
      `with recursive ${newestOf('enforcement', 'rule_ref')}
       select r.ref, newest.at from rule r left join newest using (ref)`,
    ),
  ]);
  return merge(counts, lasts);
}

/** When each action last ran, and its runs of the last 24 h. */
export async function getActionActivity(actor: Actor): Promise<Record<string, Activity>> {
  authorize(actor, 'executions:read');
  const [counts, lasts] = await Promise.all([
    countRuns('action_ref'),
    sql.query<LastRow>(
      `with recursive ${newestOf('execution', 'action_ref')}
       select a.ref, newest.at from action a left join newest using (ref)`,
    ),
  ]);
  return merge(counts, lasts);
}

/** When each trigger last had an event, and how many enabled rules wait for it. */
export async function getTriggerActivity(
  actor: Actor,
): Promise<Record<string, { lastAt: string | null; rules: number }>> {
  authorize(actor, 'events:read');
  const rows = await sql.query<LastRow & { rules: number }>(
    `with recursive ${newestOf('event', 'trigger_ref')}
     select t.ref, newest.at, (select count(*)::int from rule r where r.trigger_ref = t.ref and r.enabled) as rules
     from trigger t left join newest using (ref)`,
  );
  return Object.fromEntries(rows.map(({ ref, at, rules }) => [ref, { lastAt: iso(at), rules }]));
}

/**
 * `newest (ref, at)`: the last row of each name, by one step in the index of (name, id desc) from name to name. To ask for
 * each name by itself is no substitute: for one that has no row, Postgres reads the whole table backwards.
 */
const newestOf = (table: string, column: string): string => `
  newest (ref, at) as (
    (select ${column}, created from ${table} order by ${column}, id desc limit 1)
    union all
    select next.* from newest cross join lateral (
      select ${column}, created from ${table} where ${column} > newest.ref order by ${column}, id desc limit 1) next)`;

async function countRuns(column: 'rule_ref' | 'action_ref'): Promise<CountRow[]> {
  return sql.query<CountRow>(
    `select ref, count(*)::int as runs, (count(*) filter (where status = 'completed'))::int as completed,
            (count(*) filter (where status in ('failed', 'timeout', 'abandoned')))::int as unhappy
     from (select ${column} as ref, status from execution where created > now() - interval '24 hours'
           order by created desc limit ${RUNS_LOOKED_AT_MAX}) recent
     where ref is not null group by ref`,
  );
}

function merge(counts: readonly CountRow[], lasts: readonly LastRow[]): Record<string, Activity> {
  const byRef = new Map(counts.map((row) => [row.ref, row]));
  return Object.fromEntries(
    lasts.map(({ ref, at }) => {
      const { runs = 0, completed = 0, unhappy = 0 } = byRef.get(ref) ?? {};
      return [ref, { lastAt: iso(at), runs, completed, unhappy }];
    }),
  );
}

const iso = (at: Date | null): string | null => (at === null ? null : new Date(at).toISOString());
