import { inTransaction, type Tx } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { CANONICAL, linkHash } from './canonical.ts';
import { listRefusals } from './refusal-tally.ts';

export const CHAIN_BATCH_ROWS = 2_000;

interface Unchained {
  readonly id: number;
  readonly canonical: string;
}

/**
 * Links committed audit rows into the chain: no request ever waits for the chain, since only this does.
 *
 * One at a time over all workers, by the lock on the chain's one row; whoever does not get it does nothing. A row is
 * unchained until it is linked, and is looked for by that and not by its id: ids are given before a commit, so a row
 * with a smaller one may turn up later. It is linked then, and none is ever skipped. The order of the chain is the
 * order of linking.
 *
 * @returns how many rows were linked; fewer than `rowsMax` = there were no more
 */
export const chainAudit = (rowsMax = CHAIN_BATCH_ROWS): Promise<number> =>
  inTransaction(async (tx) => {
    const [head] = await tx.query<{ seq: number; hash: string }>(
      `select head_seq as seq, encode(head_hash, 'hex') as hash from audit_chain for update skip locked`,
    );
    if (head === undefined) return 0;
    await listRefusals(tx);
    const rows = await tx.query<Unchained>(
      `select id, ${CANONICAL} as canonical from audit_event where chain_seq is null order by id limit $1`,
      [rowsMax],
    );
    if (rows.length > 0) {
      await link(tx, head, rows);
      // Here and not with each act: a notification takes a lock until the commit.
      await announce(tx, 'audit');
    }
    return rows.length;
  });

async function link(
  tx: Tx,
  head: { seq: number; hash: string },
  rows: readonly Unchained[],
): Promise<void> {
  let previous = head.hash;
  const links = rows.map(({ id, canonical }, index) => {
    const hash = linkHash(previous, canonical);
    const made = { id, seq: head.seq + index + 1, prev: previous, hash };
    previous = hash;
    return made;
  });
  await tx.query(
    `update audit_event a set chain_seq = l.seq, prev_hash = decode(l.prev, 'hex'), hash = decode(l.hash, 'hex')
     from jsonb_to_recordset($1::jsonb) as l (id bigint, seq bigint, prev text, hash text) where a.id = l.id`,
    [JSON.stringify(links)],
  );
  await tx.query(`update audit_chain set head_seq = $1, head_hash = decode($2, 'hex')`, [
    head.seq + rows.length,
    previous,
  ]);
}
