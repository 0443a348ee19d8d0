import { expect, test } from 'vitest';
import { inPrismaTransaction } from './prisma.ts';
import { inTransaction, type Sql, sql, type Tx } from './sql.ts';

await sql.query(`create table account (id int primary key, balance int not null)`);
await sql.query(`insert into account values (1, 0), (2, 0)`);
await sql.query(
  `create function add_slowly(first int, second int) returns void language plpgsql as $$
   begin
     update account set balance = balance + 1 where id = first;
     perform pg_sleep(0.15);
     update account set balance = balance + 1 where id = second;
   end $$`,
);

const add = (on: Sql, id: number) =>
  on.query(`update account set balance = balance + 1 where id = $1::int`, [id]);

const balances = async () =>
  (await sql.query<{ balance: number }>(`select balance from account order by id`)).map(
    ({ balance }) => balance,
  );

/** How often Postgres has had to break a deadlock. */
async function deadlocks(): Promise<number> {
  const [row] = await sql.query<{ deadlocks: number }>(
    `select deadlocks from pg_stat_database where datname = current_database()`,
  );
  return row?.deadlocks ?? 0;
}

/** Two transactions that take the same rows in opposite order, and wait until each holds its first one. */
function crossing(): [(tx: Tx) => Promise<void>, (tx: Tx) => Promise<void>] {
  let holding = 0;
  let go: () => void = () => undefined;
  const bothHold = new Promise<void>((resolve) => {
    go = resolve;
  });
  const transfer = (first: number, second: number) => async (tx: Tx) => {
    await add(tx, first);
    holding += 1;
    if (holding >= 2) go();
    await bothHold;
    await add(tx, second);
  };
  return [transfer(1, 2), transfer(2, 1)];
}

/** @returns the balances after `work`, which ran into a deadlock */
async function outcomeOf(work: () => Promise<unknown>): Promise<unknown> {
  await sql.query(`update account set balance = 0`);
  const before = await deadlocks();
  await work();
  await expect.poll(deadlocks, { timeout: 10_000 }).toBeGreaterThan(before);
  return balances();
}

test('two transactions in a deadlock are both done, each once', async () => {
  const both = () => Promise.all(crossing().map((work) => inTransaction(work)));

  expect(await outcomeOf(both)).toEqual([2, 2]);
});

test('two of Prisma’s in a deadlock are both done, each once', async () => {
  const both = () =>
    Promise.all(crossing().map((work) => inPrismaTransaction((_, tx) => work(tx))));

  expect(await outcomeOf(both)).toEqual([2, 2]);
});

test('two single statements in a deadlock are both done, each once', async () => {
  const both = () =>
    Promise.all([
      sql.query(`select add_slowly(1, 2)::text`),
      sql.query(`select add_slowly(2, 1)::text`),
    ]);

  expect(await outcomeOf(both)).toEqual([2, 2]);
});

test('transactions that cannot be serialized are done one after the other', async () => {
  await sql.query(`update account set balance = 0`);
  const increment = async (tx: Tx) => {
    await tx.query('set transaction isolation level serializable');
    const [row] = await tx.query<{ balance: number }>(`select balance from account where id = 1`);
    await tx.query(`update account set balance = $1::int where id = 1`, [(row?.balance ?? 0) + 1]);
  };

  await Promise.all([1, 2, 3].map(() => inTransaction(increment)));

  expect(await balances()).toEqual([3, 0]);
});

test('a conflict that goes on is given up after a few tries, and says that it may be tried again', async () => {
  let tries = 0;
  const conflict = `do $$ begin raise exception 'x' using errcode = '40001'; end $$`;

  const attempt = inTransaction(async (tx) => {
    tries += 1;
    await tx.query(conflict);
  });

  await expect(attempt).rejects.toMatchObject({
    code: 'RETRYABLE_DATABASE_ERROR',
    retryAfterSeconds: 1,
  });
  expect(tries).toBe(5);
});

test('a transaction whose failure somebody swallowed is not taken for committed', async () => {
  const attempt = inTransaction(async (tx) => {
    await add(tx, 1);
    await tx.query('select 1 / 0').catch(() => undefined);
  });

  await expect(attempt).rejects.toThrow('The transaction had failed before its commit');
});
