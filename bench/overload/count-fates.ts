import pg from 'pg';
import { findLauncher } from '#bin/data/launcher-lock.ts';
import { madeSecret } from '#bin/data/made-secrets.ts';
import { urlOf } from '#bin/postgres/embedded.ts';

/** What became of the events that were accepted; all but the first are 0 when every promise was kept. */
export interface Fates {
  readonly accepted: number;
  readonly lost: number;
  readonly not_one_enforcement: number;
  readonly not_one_execution: number;
  readonly not_completed: number;
  /** No answer says 2xx and stores nothing, nor the other way round. */
  readonly stored_but_not_accepted: number;
}

/** How runs of the events ended that did not complete, a few of them in words. */
export interface Counted {
  readonly fates: Fates;
  readonly otherEnds: readonly string[];
}

/** Counted in the database itself, whatever the API says. */
export async function countFates(
  dataDir: string,
  trigger: string,
  ids: readonly number[],
): Promise<Counted> {
  const socketDir = findLauncher(dataDir)?.socketDir;
  if (socketDir === undefined) throw new Error(`No launcher runs on ${dataDir}`);
  const url = urlOf(socketDir, madeSecret(dataDir, 'postgres-password'));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Fates>(FATES, [ids, trigger]);
    const [fates] = rows;
    if (fates === undefined) throw new Error('The database counted nothing');
    const ends = await client.query<{ words: string }>(ENDS, [trigger]);
    return { fates, otherEnds: ends.rows.map(({ words }) => words) };
  } finally {
    await client.end();
  }
}

const FATES = `
  with counted as (
    select i.id, count(distinct v.id) as events, count(distinct f.id) as enforcements, count(distinct e.id) as executions,
           count(distinct e.id) filter (where e.status = 'completed') as completed
    from unnest($1::bigint[]) as i (id) left join event v on v.id = i.id left join enforcement f on f.event_id = v.id
    left join execution e on e.enforcement_id = f.id group by i.id)
  select count(*)::int as accepted, count(*) filter (where events <> 1)::int as lost,
         count(*) filter (where enforcements <> 1)::int as not_one_enforcement,
         count(*) filter (where executions <> 1)::int as not_one_execution,
         count(*) filter (where completed <> 1)::int as not_completed,
         (select count(*)::int from event where trigger_ref = $2 and id <> all ($1)) as stored_but_not_accepted
  from counted`;

const ENDS = `
  select format('execution %s %s, %s: %s', id, status, end_reason, result ->> 'error') as words from execution
  where trigger_ref = $1 and status <> 'completed' order by id limit 5`;
