import type { z } from 'zod';
import type { HealthDetail } from '#lib/contracts/health.ts';
import { VERSION } from '#lib/version.ts';
import { sql } from '#server/db/sql.ts';

/** @throws when the database does not answer; the boundary makes it a 503 */
export async function checkReadiness(): Promise<{ status: string }> {
  await sql.query('select 1');
  return { status: 'ok' };
}

interface Counts {
  readonly schema: string | null;
  readonly workers: number;
  readonly waiting: number;
  readonly running: number;
  readonly stuck: number;
}

/** Database, workers and backlog in one statement. Counts only; open to monitors without a token. */
export async function getHealthDetail(): Promise<z.infer<typeof HealthDetail>> {
  const [counts] = await sql.query<Counts>(
    `with live as (select count(*) as workers, coalesce(sum(greatest(slots - running, 0)), 0) as free
                   from worker where stopped_at is null and last_heartbeat > now() - interval '30 s')
     select (select max(migration_name) from _prisma_migrations where finished_at is not null) as schema,
            live.workers,
            count(*) filter (where e.status in ('requested', 'scheduling', 'scheduled')) as waiting,
            count(*) filter (where e.status in ('running', 'canceling')) as running,
            count(*) filter (where
              (e.status in ('requested', 'scheduling', 'scheduled') and live.free > 0
               and greatest(e.created, coalesce(e.run_after, e.created)) < now() - interval '60 s')
              or (e.status in ('running', 'canceling') and e.started_at < now() - make_interval(secs => e.timeout_seconds + 60))) as stuck
     from live left join execution e on e.status in ('requested', 'scheduling', 'scheduled', 'running', 'canceling')
     group by live.workers, live.free`,
  );
  const workers = counts?.workers ?? 0;
  const stuck = counts?.stuck ?? 0;
  return {
    status: workers > 0 && stuck === 0 ? 'ok' : 'degraded',
    database: 'ok',
    version: VERSION,
    schema: counts?.schema ?? 'none',
    workers,
    waiting: counts?.waiting ?? 0,
    running: counts?.running ?? 0,
    stuck,
  };
}
