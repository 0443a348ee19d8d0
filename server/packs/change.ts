import { AppError } from '#lib/errors.ts';
import { type Db, inPrismaTransaction, isUniqueViolation } from '#server/db/prisma.ts';
import type { Sql, Tx } from '#server/db/sql.ts';
import { announce, type Topic } from '#server/live/announce.ts';
import { raiseRevision } from '#server/rules/rule-set.ts';

export interface Change {
  readonly db: Db;
  readonly tx: Tx;
  /** The rule-set revision that this change begins. */
  readonly revision: number;
}

/**
 * Changes what rules are made of: a new rule-set revision, the change and the news of it, all or nothing.
 *
 * @param what for the answer when a name is taken: `rule 'core.hourly'`
 * @throws AppError `CONFLICT`
 */
export function changeCatalogue<T>(
  what: string,
  topics: readonly Topic[],
  work: (change: Change) => Promise<T>,
): Promise<T> {
  return inTransactionWithNews(what, topics, async (db, tx) => {
    // First: whatever is read below is what the events of this revision will see.
    const revision = await raiseRevision(tx);
    return work({ db, tx, revision });
  });
}

/** A change that no rule can see. */
export async function inTransactionWithNews<T>(
  what: string,
  topics: readonly Topic[],
  work: (db: Db, tx: Tx) => Promise<T>,
): Promise<T> {
  try {
    return await inPrismaTransaction(async (db, tx) => {
      const result = await work(db, tx);
      if (topics.length > 0) await announce(withoutRows(db), ...topics);
      return result;
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new AppError('CONFLICT', `There is a ${what} already. Choose another ref.`, {
      cause: error,
    });
  }
}

/** Prisma cannot read the `void` that NOTIFY's function returns. */
const withoutRows = (db: Db): Sql => ({
  query: async <Row>(text: string, values: readonly unknown[] = []) => {
    await db.$executeRawUnsafe(text, ...values);
    return [] as Row[];
  },
});
