import type { z } from 'zod';
import type { HealthDetail } from '#lib/contracts/health.ts';
import { formatBytes, formatCount } from '#lib/format.ts';
import { VERSION } from '#lib/version.ts';
import { config } from '#server/config.ts';
import { inTime } from '#server/db/in-time.ts';
import { prisma } from '#server/db/prisma.ts';
import { sql } from '#server/db/sql.ts';
import { freeBytes, lowDiskSentence } from './disk.ts';

let isCatalogueRead = false;

/** @throws AppError `RETRYABLE_DATABASE_ERROR` with `details.since` when the database does not answer in time */
export async function checkReadiness(): Promise<{ status: string }> {
  await inTime(sql.query('select 1'));
  // Prisma's first query costs as much as a thousand later ones. Whoever asks whether we are ready waits for it,
  // so that nobody who reads a page does.
  if (!isCatalogueRead) await inTime(prisma().pack.findFirst({ select: { id: true } }));
  isCatalogueRead = true;
  return { status: 'ok' };
}

interface Counts {
  readonly schema: string | null;
  readonly workers: number;
  readonly waiting: number;
  readonly running: number;
  readonly stuck: number;
}

/**
 * Database, workers, backlog and disk. Counts only; open to monitors without a token.
 *
 * @throws AppError `RETRYABLE_DATABASE_ERROR` when the database does not answer in time
 */
export async function getHealthDetail(): Promise<z.infer<typeof HealthDetail>> {
  const { ATTUNE_DATA_DIR: directory, BACKLOG_MAX: backlogMax } = config();
  const [[counts], free] = await Promise.all([
    inTime(sql.query<Counts>(COUNT)),
    freeBytes(directory),
  ]);
  const { schema, workers, waiting, running, stuck } = counts ?? NONE;
  const problems = problemsOf({ workers, waiting, stuck, free });
  return {
    status: problems.length === 0 ? 'ok' : 'degraded',
    database: 'ok',
    version: VERSION,
    schema: schema ?? 'none',
    workers,
    waiting,
    backlog_max: backlogMax,
    running,
    stuck,
    disk_free_bytes: free,
    problems,
  };
}

const NONE: Counts = { schema: null, workers: 0, waiting: 0, running: 0, stuck: 0 };

interface Facts {
  readonly workers: number;
  readonly waiting: number;
  readonly stuck: number;
  readonly free: number | null;
}

function problemsOf({ workers, waiting, stuck, free }: Facts): string[] {
  const { BACKLOG_MAX: backlogMax, DISK_FREE_MIN_BYTES: freeMin } = config();
  const isLow = free !== null && free < freeMin;
  return [
    ...(workers === 0 ? ['No worker is connected: nothing runs until one is.'] : []),
    ...(stuck > 0 ? [`${formatCount(stuck)} executions do not go on.`] : []),
    ...(waiting >= backlogMax
      ? [`${formatCount(waiting)} executions wait: new events are refused until some have run.`]
      : []),
    ...(isLow ? [lowDiskSentence(formatBytes(free), formatBytes(freeMin))] : []),
  ];
}

const COUNT = `
     with live as (select count(*) as workers, coalesce(sum(greatest(slots - running, 0)) filter (where not cordoned), 0) as free
                   from worker where stopped_at is null and last_heartbeat > now() - interval '30 s')
     select (select max(migration_name) from _prisma_migrations where finished_at is not null) as schema,
            live.workers,
            count(*) filter (where e.status in ('requested', 'scheduling', 'scheduled')) as waiting,
            count(*) filter (where e.status in ('running', 'canceling')) as running,
            count(*) filter (where
              (e.status in ('requested', 'scheduled') and live.free > 0
               and greatest(e.created, coalesce(e.run_after, e.created)) < now() - interval '60 s')
              or (e.status in ('running', 'canceling') and e.started_at < now() - make_interval(secs => e.timeout_seconds + 60))) as stuck
     from live left join execution e on e.status in ('requested', 'scheduling', 'scheduled', 'running', 'canceling')
     group by live.workers, live.free`;
