import { expect, inject, test } from 'vitest';
import { pool } from '#server/db/pool.ts';
import { inTransaction, sql } from '#server/db/sql.ts';
import { userWho } from '#test/actors.ts';
import { claimOne } from '#test/attempts.ts';
import { anAction } from '#test/catalogue.ts';
import { query } from '#test/postgres.ts';
import { LeaseConnection } from './lease-connection.ts';
import { createExecution } from './service.ts';

const ada = userWho('actions:execute');

async function aRunningAttempt() {
  const { id } = await createExecution(ada, {
    action_ref: await anAction(),
    parameters: {},
    env_vars: {},
  });
  return claimOne(id);
}

/** The server process of the lease connection of this file's database. */
async function leaseBackend(): Promise<number> {
  const [row] = await sql.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name = 'attune leases' and datname = current_database()`,
  );
  return row?.pid ?? 0;
}

test('leases are renewed while every connection of the pool is held', async () => {
  const attempt = await aRunningAttempt();
  await using leases = new LeaseConnection();
  const held = await Promise.all(
    Array.from({ length: pool().options.max }, () => pool().connect()),
  );
  try {
    expect(await leases.renew([attempt])).toEqual(new Map([[attempt.id, 'renewed']]));
    expect(pool().idleCount).toBe(0);
  } finally {
    for (const client of held) client.release();
  }
});

test('a renewal works again at once after its connection was ended', async () => {
  const attempt = await aRunningAttempt();
  await using leases = new LeaseConnection();
  await leases.renew([attempt]);
  const pid = await leaseBackend();

  await query(inject('postgresUrl'), `select pg_terminate_backend(${pid})`);
  await expect.poll(leaseBackend).toBe(0);

  expect(await leases.renew([attempt])).toEqual(new Map([[attempt.id, 'renewed']]));
});

test('a renewal that gets no answer fails within its patience, and the next one works', async () => {
  const attempt = await aRunningAttempt();
  await using leases = new LeaseConnection();
  await leases.renew([attempt]);
  const pid = await leaseBackend();

  process.kill(pid, 'SIGSTOP');
  try {
    const from = performance.now();
    await expect(leases.renew([attempt])).rejects.toThrow('Query read timeout');
    expect(performance.now() - from).toBeLessThan(8_000);
    expect(await leases.renew([attempt])).toEqual(new Map([[attempt.id, 'renewed']]));
  } finally {
    process.kill(pid, 'SIGCONT');
  }
});

test('a row that somebody has locked holds up no other, and is not taken for lost', async () => {
  const [locked, free] = [await aRunningAttempt(), await aRunningAttempt()];
  await using leases = new LeaseConnection();

  await inTransaction(async (tx) => {
    await tx.query('select 1 from attempt where id = $1 for update', [locked.id]);
    expect(await leases.renew([locked, free])).toEqual(
      new Map([
        [locked.id, 'unknown'],
        [free.id, 'renewed'],
      ]),
    );
  });

  expect(await leases.renew([locked])).toEqual(new Map([[locked.id, 'renewed']]));
});

test('renewals that are asked for at once share one connection', async () => {
  const attempt = await aRunningAttempt();
  await using leases = new LeaseConnection();

  await Promise.all(Array.from({ length: 8 }, () => leases.renew([attempt])));

  const [row] = await sql.query<{ count: number }>(
    `select count(*) from pg_stat_activity where application_name = 'attune leases' and datname = current_database()`,
  );
  expect(row?.count).toBe(1);
});
