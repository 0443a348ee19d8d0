import { AppError, notFound } from '#lib/errors.ts';
import { recordAudit } from '#server/audit/record.ts';
import { by } from '#server/audit/by.ts';
import { type Actor, actorName, authorize } from '#server/auth/actor.ts';
import { inTransaction, type Tx } from '#server/db/sql.ts';
import { cancelWithChildren } from './cancel.ts';

/**
 * Ends the token of a running attempt now, and asks its run to end: without its token it could go on and do half of
 * its work. Both are one transaction, and the token comes first, as where an attempt ends: whoever writes with it at
 * this moment has committed before, or writes nothing.
 *
 * @throws AppError `NOT_FOUND`, `CONFLICT` when no token of it is alive
 */
export async function revokeToken(actor: Actor, id: number, reason?: string): Promise<void> {
  authorize(actor, 'executions:cancel');
  await inTransaction(async (tx) => {
    const revoked = await revokeLiveToken(tx, id);
    if (revoked === null) throw await whyNot(tx, id);
    const request = { by: actorName(actor), reason: reason ?? null };
    const { ended, asked } = await cancelWithChildren(tx, id, request);
    await recordAudit(tx, {
      category: 'execution',
      eventType: 'token.revoked',
      outcome: 'success',
      ...by(actor),
      resource: { type: 'execution', id, ref: revoked.action_ref },
      details: {
        reason: request.reason,
        jti: revoked.jti,
        attempt: revoked.attempt,
        ended: [...ended],
        asked: [...asked],
      },
    });
  });
}

async function revokeLiveToken(
  tx: Tx,
  id: number,
): Promise<{ jti: string; action_ref: string; attempt: number } | null> {
  const [row] = await tx.query<{ jti: string; action_ref: string; attempt: number }>(
    `update token t set ended_at = clock_timestamp(), end_reason = 'revoked'
     from attempt a
     where t.execution_id = $1 and t.kind = 'execution' and t.ended_at is null
       and a.id = t.attempt_id and a.status = 'running'
     returning t.jti, t.action_ref, a.number as attempt`,
    [id],
  );
  return row ?? null;
}

async function whyNot(tx: Tx, id: number): Promise<AppError> {
  const [row] = await tx.query<{ status: string }>('select status from execution where id = $1', [
    id,
  ]);
  return row === undefined
    ? notFound('execution', id)
    : new AppError('CONFLICT', `No token of execution ${id} is alive: it is ${row.status}.`, {
        details: { status: row.status },
      });
}
