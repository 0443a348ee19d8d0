import pg from 'pg';
import { addMadeSecrets } from '#bin/data/made-secrets.ts';
import { describeTarget, probeDatabase } from '#bin/data/probe-database.ts';
import { withDatabase } from '#bin/data/provide-database.ts';
import type { Settings } from '#bin/settings.ts';
import { isolationOf } from '#bin/start/summary.ts';
import { checkSchema } from '#server/schema/check-schema.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const CLOCK_WARN_MS = 2_000;

/** Postgres, the schema, the queue, the clocks and the workers, as far as one can get. */
export async function checkDatabase(settings: Settings): Promise<Finding[]> {
  try {
    addMadeSecrets(settings.dataDir);
    return await withDatabase(settings, look);
  } catch (error) {
    return [problem('Postgres', error instanceof Error ? error.message : String(error))];
  }
}

async function look(url: string): Promise<Finding[]> {
  const version = await probeDatabase(url);
  const postgres = ok('Postgres', `${version} at ${describeTarget(url)}`);
  try {
    await checkSchema(url);
  } catch (error) {
    return [postgres, problem('Schema', error instanceof Error ? error.message : String(error))];
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return [
      postgres,
      ok('Schema', 'fits this program'),
      await checkQueue(client),
      await checkClock(client),
      ...(await checkWorkers(client)),
    ];
  } finally {
    await client.end();
  }
}

async function checkQueue(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ found: boolean }>(
    "select to_regclass('pgboss.queue') is not null as found",
  );
  if (!rows[0]?.found) return problem('Queue', "not made yet; run 'npx --no attune db migrate'");
  const { rows: queues } = await client.query<{ name: string }>(
    'select name from pgboss.queue order by name',
  );
  return queues.length === 0
    ? problem('Queue', "not made yet; run 'npx --no attune db migrate'")
    : ok('Queue', queues.map(({ name }) => name).join(', '));
}

async function checkClock(client: pg.Client): Promise<Finding> {
  const before = Date.now();
  const { rows } = await client.query<{ now: Date }>('select clock_timestamp() as now');
  const after = Date.now();
  const offMs = Math.abs((rows[0]?.now.getTime() ?? 0) - (before + after) / 2);
  const text = `${Math.round(offMs)} ms from the database's`;
  return offMs > CLOCK_WARN_MS
    ? warning('Clock', `${text}; let both machines keep time (NTP), tokens and timers go by it`)
    : ok('Clock', text);
}

async function checkWorkers(client: pg.Client): Promise<Finding[]> {
  const { rows } = await client.query<{ name: string; isolation: unknown; age: number }>(
    `select name, isolation, extract(epoch from now() - last_heartbeat)::float8 as age
       from worker where status = 'active' and stopped_at is null order by id`,
  );
  return rows.map(({ name, isolation, age }) =>
    age > 60
      ? warning('Worker', `${name} has been silent for ${Math.round(age)} s`)
      : ok('Worker', `${name}, isolation: ${isolationOf(isolation)}`),
  );
}
