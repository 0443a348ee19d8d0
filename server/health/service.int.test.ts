import { afterAll, afterEach, expect, test } from 'vitest';
import { config } from '#server/config.ts';
import { closePool } from '#server/db/pool.ts';
import { sql } from '#server/db/sql.ts';
import { ownPostgres } from '#test/own-postgres.ts';
import { checkReadiness, getHealthDetail } from './service.ts';

const postgres = await ownPostgres();
const settings = { ...config() };
afterEach(() => {
  Object.assign(config(), settings);
});
afterAll(async () => {
  await closePool();
  await postgres.remove();
});

test('tells the workers, the backlog and the disk, and what is wrong with each', async () => {
  await sql.query(
    `insert into worker (name, host, pid, version, slots, isolation) values ('w', 'h', 1, '1', 2, '{}')`,
  );
  expect(await getHealthDetail()).toMatchObject({
    status: 'ok',
    database: 'ok',
    workers: 1,
    waiting: 0,
    backlog_max: 100_000,
    problems: [],
  });

  Object.assign(config(), { DISK_FREE_MIN_BYTES: Number.MAX_SAFE_INTEGER });
  const { status, disk_free_bytes: free, problems } = await getHealthDetail();
  expect(status).toBe('degraded');
  expect(free).toBeGreaterThan(0);
  expect(problems).toEqual([expect.stringMatching(/^The disk of the data directory has .* left/)]);
});

test('a database that is away is a 503 that says since when', async () => {
  await checkReadiness();
  await postgres.stop();
  try {
    for (const check of [checkReadiness, getHealthDetail]) {
      await expect(check()).rejects.toMatchObject({
        status: 503,
        code: 'RETRYABLE_DATABASE_ERROR',
        details: { reason: 'away', since: expect.stringMatching(/^\d{4}-/) },
      });
    }
  } finally {
    await postgres.start();
  }
  await expect.poll(() => checkReadiness().catch(() => null)).toEqual({ status: 'ok' });
});

test('a database that hangs is a 503 within three seconds', async () => {
  await checkReadiness();
  const [row] = await sql.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = row?.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  try {
    const from = performance.now();
    await expect(checkReadiness()).rejects.toMatchObject({ status: 503 });
    expect(performance.now() - from).toBeLessThan(3_000);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
});
