import type { Tx } from '#server/db/sql.ts';

/**
 * Begins a new rule-set revision and returns it. Whoever changes a rule, trigger, action, pack or its configuration
 * calls this in its transaction: it waits for the events that are being routed by the old rule set, and makes the
 * next ones see the new one.
 */
export async function raiseRevision(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ revision: number }>(
    'update rule_set set revision = revision + 1 where id = 1 returning revision',
  );
  if (row === undefined) throw new Error('The rule set has no row: the database was not migrated');
  return row.revision;
}
