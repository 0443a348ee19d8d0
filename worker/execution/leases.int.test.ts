import { expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { claimOne } from '#test/attempts.ts';
import { ask } from '#test/executions.ts';
import { Leases } from './leases.ts';

process.env['LEASE_SECONDS'] = '2';
process.env['LEASE_GRACE_SECONDS'] = '2';

test('an attempt whose lease cannot be renewed is given up before others may take it over', async () => {
  const attempt = await claimOne(await ask());
  await using leases = new Leases();
  const lost = Promise.withResolvers<string>();
  using _ = leases.hold(attempt, attempt.asked_at, lost.resolve);
  await expect.poll(leaseBackend).not.toBe(0);
  const pid = await leaseBackend();

  process.kill(pid, 'SIGSTOP');
  try {
    expect(await lost.promise).toBe('cut_off');
    const [row] = await sql.query<{ left_ms: number }>(
      `select extract(epoch from lease_expires_at + make_interval(secs => 2) - clock_timestamp()) * 1000 as left_ms
       from attempt where id = $1`,
      [attempt.id],
    );
    expect(Number(row?.left_ms)).toBeGreaterThan(300);
    expect(await leases.isStillOurs(attempt)).toBe(false);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
});

test('the age of a lease counts from when it was asked for, however late the answer came', async () => {
  const attempt = await claimOne(await ask());
  await using leases = new Leases();
  await sql.query(`update attempt set epoch = epoch + 1 where id = $1`, [attempt.id]); // it is somebody else's

  using fresh = leases.hold(attempt, performance.now(), () => {});
  expect(await leases.isStillOurs(attempt)).toBe(true);
  fresh[Symbol.dispose]();
  using _old = leases.hold(attempt, performance.now() - 1_500, () => {});
  expect(await leases.isStillOurs(attempt)).toBe(false);
});

test('a lease is renewed three times in its length', async () => {
  const attempt = await claimOne(await ask());
  await using leases = new Leases();
  using _ = leases.hold(attempt, attempt.asked_at, () => {});
  const seen = new Set<string>();
  const until = performance.now() + 4_100;
  while (performance.now() < until) {
    const [row] = await sql.query<{ at: Date; left: number }>(
      `select lease_expires_at as at, extract(epoch from lease_expires_at - clock_timestamp()) as left from attempt where id = $1`,
      [attempt.id],
    );
    seen.add(String(row?.at.getTime()));
    expect(Number(row?.left)).toBeGreaterThan(0.5);
  }
  expect(seen.size).toBeGreaterThanOrEqual(5);
});

/** The server process of this file's lease connection; 0 before it is open. */
async function leaseBackend(): Promise<number> {
  const [row] = await sql.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name = 'attune leases' and datname = current_database()`,
  );
  return row?.pid ?? 0;
}
