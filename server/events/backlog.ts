import { formatCount } from '#lib/format.ts';
import { AppError } from '#lib/errors.ts';
import { config } from '#server/config.ts';
import { sql } from '#server/db/sql.ts';
import { log } from '#server/log.ts';

const READ_MS_MIN = 1_000;
const READ_MS_MAX = 5_000;
/** What is counted costs at most a twentieth of the time. */
const REST = 20;

let known = 0;
let readAgainAt = 0;
let isReading = false;

/**
 * Refuses new work while too much waits already. The number is seconds old at most: nobody waits for it to be read.
 *
 * @throws AppError `TOO_MANY_REQUESTS`
 */
export function refuseBacklog(): void {
  if (!isReading && performance.now() >= readAgainAt) void readAgain();
  const max = config().BACKLOG_MAX;
  if (known < max) return;
  throw new AppError(
    'TOO_MANY_REQUESTS',
    `${formatCount(max)} executions wait already, and no more events are taken until some have run. Send this one again later.`,
    { retryAfterSeconds: 10, details: { reason: 'backlog', backlog_max: max } },
  );
}

async function readAgain(): Promise<void> {
  isReading = true;
  const begunAt = performance.now();
  try {
    known = await countWaiting();
  } catch (error) {
    log.debug({ err: error }, 'the backlog could not be counted');
  } finally {
    const now = performance.now();
    readAgainAt = now + Math.min(READ_MS_MAX, Math.max(READ_MS_MIN, (now - begunAt) * REST));
    isReading = false;
  }
}

/** How many executions wait; counted no further than to the limit, from an index that holds the waiting ones only. */
export async function countWaiting(): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `select count(*) as count from (
       select 1 from execution where status in ('requested', 'scheduling', 'scheduled') limit $1) waiting`,
    [config().BACKLOG_MAX],
  );
  return row?.count ?? 0;
}
