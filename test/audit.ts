import { CHAIN_BATCH_ROWS, chainAudit } from '#server/audit/chain.ts';
import { type AuditRecord, recordAudits } from '#server/audit/record.ts';
import { inTransaction, sql } from '#server/db/sql.ts';

/** An audit record with only what a test is about. */
export const auditRecord = (ref: string, details?: Record<string, unknown>): AuditRecord => ({
  category: 'admin',
  eventType: 'thing.changed',
  outcome: 'success',
  actor: { id: 1, login: 'ada', kind: 'session', address: '10.0.0.1' },
  resource: { type: 'thing', ref },
  ...(details && { details }),
});

/** Links all that is written. @returns how many rows */
export async function chainAll(): Promise<number> {
  let linked = 0;
  for (;;) {
    const now = await chainAudit();
    linked += now;
    if (now < CHAIN_BATCH_ROWS) return linked;
  }
}

/** Ten rows, written and linked. */
export async function tenLinkedRows(): Promise<void> {
  const facts = { nothing: null, 'ä"\\': [1.5] };
  await recordAudits(
    sql,
    Array.from({ length: 10 }, (_, n) => auditRecord(`t${n + 1}`, { n, ...facts })),
  );
  await chainAll();
}

/** As whoever owns the database may: past every trigger. */
export const tamper = (statements: string): Promise<void> =>
  inTransaction(async (tx) => {
    await tx.query('alter table audit_event disable trigger user');
    for (const statement of statements.split(';')) await tx.query(statement);
    await tx.query('alter table audit_event enable trigger user');
  });

export async function auditIdAt(seq: number): Promise<number> {
  const [row] = await sql.query<{ id: number }>('select id from audit_event where chain_seq = $1', [
    seq,
  ]);
  return row?.id ?? 0;
}

const NO_HASH = `decode(repeat('00', 32), 'hex')`;

/** As it is in a new installation. */
export async function emptyAudit(): Promise<void> {
  await sql.query('truncate audit_event, audit_refusal');
  await sql.query(
    `update audit_chain set head_seq = 0, head_hash = ${NO_HASH}, anchor_seq = 0, anchor_hash = ${NO_HASH}`,
  );
}
