import { afterAll, describe, expect, test } from 'vitest';
import { ownPostgres } from '#test/own-postgres.ts';
import { query } from '#test/postgres.ts';
import { awaySince } from './outage.ts';
import { closePool, pool } from './pool.ts';
import { inPrismaTransaction, prisma } from './prisma.ts';
import { asOutage } from './outage.ts';
import { inTransaction, sql } from './sql.ts';

const postgres = await ownPostgres();
afterAll(async () => {
  await closePool();
  await postgres.remove();
});

const AWAY = {
  code: 'RETRYABLE_DATABASE_ERROR',
  status: 503,
  retryAfterSeconds: 2,
  message: expect.stringMatching(/^The database does not answer since \d\d:\d\d:\d\d UTC\./),
  details: { reason: 'away', since: expect.any(String) },
};

const WAYS: Readonly<Record<string, () => Promise<unknown>>> = {
  'a statement': () => sql.query('select 1'),
  'a transaction': () => inTransaction((tx) => tx.query('select 1')),
  'a transaction of Prisma’s': () => inPrismaTransaction((db) => db.pack.count()),
};

const endBackends = () =>
  query(
    postgres.url,
    `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = 'attune'`,
  );

describe('a connection that is ended', () => {
  test('in the middle of a statement is a 503', async () => {
    const slow = sql.query('select pg_sleep(20)::text');
    slow.catch(() => undefined);
    await expect
      .poll(async () => {
        const { rows } = await query(
          postgres.url,
          `select 1 from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid()`,
        );
        return rows.length;
      })
      .toBe(1);

    await endBackends();

    await expect(slow).rejects.toMatchObject(AWAY);
  });

  test('between two statements of a transaction is a 503, and ends nothing but the transaction', async () => {
    const attempt = inTransaction(async (tx) => {
      await tx.query('select 1');
      await endBackends();
      await tx.query('select 2');
    });

    await expect(attempt).rejects.toMatchObject({ code: 'RETRYABLE_DATABASE_ERROR', status: 503 });
    await expect.poll(() => sql.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('while idle is replaced, and nobody sees it', async () => {
    await sql.query('select 1');
    await endBackends();
    await expect.poll(() => pool().idleCount).toBe(0);

    expect(await sql.query('select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('a database that is away', () => {
  test.each(Object.entries(WAYS))('is a 503 that says since when: %s', async (_, way) => {
    await way();
    await postgres.stop();
    try {
      await expect(way()).rejects.toMatchObject(AWAY);
      expect(awaySince()).not.toBeNull();
    } finally {
      await postgres.start();
    }
    await expect.poll(() => way().then(() => 'answered')).toBe('answered');
    await sql.query('select 1');
    expect(awaySince()).toBeNull();
  });

  test('is known behind a call of Prisma’s without a transaction', async () => {
    await prisma().pack.count();
    await postgres.stop();
    try {
      const error = await prisma()
        .pack.count()
        .catch((reason: unknown) => reason);
      expect(asOutage(error)).toMatchObject(AWAY);
      const raw = await prisma()
        .$queryRawUnsafe('select 1')
        .catch((reason: unknown) => reason);
      expect(asOutage(raw)).toMatchObject(AWAY);
    } finally {
      await postgres.start();
    }
  });
});

test('transactions leave connections for those who read', async () => {
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const writers = Array.from({ length: 20 }, () =>
    inTransaction(async (tx) => {
      await tx.query('select 1');
      await gate;
    }),
  );
  try {
    await expect.poll(() => pool().totalCount - pool().idleCount).toBe(6);

    expect(await sql.query('select 1 as one')).toEqual([{ one: 1 }]);
  } finally {
    letGo();
  }
  await Promise.all(writers);
});

test('a full pool is a 503 with the time to try again', async () => {
  const held = await Promise.all(Array.from({ length: 8 }, () => pool().connect()));
  try {
    await expect(sql.query('select 1')).rejects.toMatchObject({
      code: 'RETRYABLE_DATABASE_ERROR',
      retryAfterSeconds: 2,
      details: { reason: 'busy' },
    });
  } finally {
    for (const client of held) client.release();
  }
});
