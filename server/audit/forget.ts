import { inTransaction } from '#server/db/sql.ts';
import { recordAudit } from './record.ts';

/** The audit's own word for a beginning that was deleted. */
export const FORGOTTEN = 'audit.forgotten';

/**
 * Deletes the beginning of the chain, as far as it is older than it is kept, and keeps the place and hash of the last
 * row that went: what is left can still be verified. That it happened is a row of the audit itself.
 *
 * Only a beginning, never a hole: a row that is linked before a younger one waits for it.
 *
 * @returns how many rows went, at most `rowsMax`
 */
export const forgetAudit = (keepDays: number, rowsMax: number): Promise<number> =>
  inTransaction(async (tx) => {
    await tx.query('select 1 from audit_chain for update');
    const [anchor] = await tx.query<{ seq: number; hash: string; days: number }>(
      `with first as (
         select chain_seq, hash, created < now() - make_interval(days => $1) as is_old
         from audit_event where chain_seq is not null order by chain_seq limit $2
       ), last as (
         select chain_seq, hash from first
         where is_old and chain_seq < coalesce((select min(chain_seq) from first where not is_old), 9223372036854775807)
         order by chain_seq desc limit 1
       )
       update audit_chain set anchor_seq = last.chain_seq, anchor_hash = last.hash from last
       returning anchor_seq as seq, encode(anchor_hash, 'hex') as hash`,
      [keepDays, rowsMax],
    );
    if (anchor === undefined) return 0;
    const gone = await tx.query('delete from audit_event where chain_seq <= $1 returning 1', [
      anchor.seq,
    ]);
    await recordAudit(tx, {
      category: 'admin',
      eventType: FORGOTTEN,
      outcome: 'success',
      actor: { id: null, login: 'retention', kind: 'system', address: null },
      resource: { type: 'audit', id: anchor.seq },
      details: { through: anchor.seq, digest: anchor.hash, rows: gone.length, keep_days: keepDays },
    });
    return gone.length;
  });
