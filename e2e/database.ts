import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { findLauncher } from '#bin/data/launcher-lock.ts';
import { urlOf } from '#bin/postgres/embedded.ts';
import { sharedProduct } from './shared-product.ts';

/** A connection to the database of the product that all tests share: for what would take hours through its API. */
export async function withProductDatabase<T>(
  work: (client: pg.Client) => Promise<T>,
  dataDir = sharedProduct().dataDir,
): Promise<T> {
  const socketDir = findLauncher(dataDir)?.socketDir ?? '';
  const password = readFileSync(join(dataDir, 'secrets', 'postgres-password'), 'utf8').trim();
  const client = new pg.Client({ connectionString: urlOf(socketDir, password) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** What is told apart by its number only has one that nothing else has. */
export async function tellNumbersApart(client: pg.Client): Promise<void> {
  for (const [n, table] of ['event', 'enforcement', 'execution'].entries())
    await client.query(`alter sequence ${table}_id_seq restart with ${(n + 1) * 10_000 + 1}`);
}

/** Runs that have ended long ago, and nothing of what they did. */
export const insertEndedRuns = (
  client: pg.Client,
  trace: string,
  count: number,
): Promise<unknown> =>
  client.query(
    `insert into execution (action_ref, pack_ref, trace_tag, status, end_reason, result, attempt_count, created, started_at, finished_at, updated)
     select 'core.echo', 'core', $1, case when g % 20 = 0 then 'failed' else 'completed' end, 'exit',
            jsonb_build_object('exit_code', (g % 20 = 0)::int), 1, at, at, at + interval '1 s', at + interval '1 s'
     from generate_series(1, $2::int) g, lateral (select now() - interval '2 days' + g * interval '1 s' as at) t`,
    [trace, count],
  );

/** A run that has just ended, told as a worker tells it; no process was started. */
export const insertFreshRun = (client: pg.Client, trace: string): Promise<unknown> =>
  client.query(
    `with made as (
       insert into execution (action_ref, pack_ref, trace_tag, status, attempt_count, started_at, result)
       values ('core.echo', 'core', $1, 'completed', 1, now(), '{"exit_code": 0}') returning id)
     select pg_notify('attune', 'executions')::text from made`,
    [trace],
  );
