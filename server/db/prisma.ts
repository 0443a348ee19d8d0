import { PrismaPg } from '@prisma/adapter-pg';
import { answered, inTurn } from './answered.ts';
import { Prisma, PrismaClient } from './generated/client.ts';
import { pool } from './pool.ts';
import type { Tx } from './sql.ts';

let client: PrismaClient | undefined;

/** Prisma on the pool of this process: the catalogue (packs, rules, keys, people) is read and written with it. */
export function prisma(): PrismaClient {
  client ??= new PrismaClient({ adapter: new PrismaPg(pool()) });
  return client;
}

/** Either the client or a transaction of it; repositories take it first. */
export type Db = Prisma.TransactionClient;

/**
 * Runs `work` in one transaction of Prisma's. `tx` speaks SQL in the same transaction, for what is shared with the
 * event's street: token checks, audit, notifications, the rule-set revision. Tried again like `inTransaction`.
 *
 * @throws AppError `RETRYABLE_DATABASE_ERROR`
 */
export const inPrismaTransaction = <T>(work: (db: Db, tx: Tx) => Promise<T>): Promise<T> =>
  answered(() =>
    inTurn(() =>
      prisma().$transaction((db) => work(db, asTx(db)), { maxWait: 5_000, timeout: 15_000 }),
    ),
  );

const asTx = (db: Db): Tx => ({
  isTransaction: true,
  query: async <Row>(text: string, values: readonly unknown[] = []) =>
    (await db.$queryRawUnsafe<Record<string, unknown>[]>(text, ...values)).map(
      withNumbers,
    ) as Row[],
});

const withNumbers = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? Number(value) : value,
    ]),
  );

/** Whether a write hit a unique index: somebody else has that name already. */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';

export async function closeDb(): Promise<void> {
  await client?.$disconnect();
  client = undefined;
}
