import type { ExecutionCreate } from '#lib/contracts/executions.ts';
import { AppError } from '#lib/errors.ts';
import { by } from '#server/audit/by.ts';
import { recordAudit } from '#server/audit/record.ts';
import type { Actor } from '#server/auth/actor.ts';
import { fenceToken } from '#server/auth/process-token.ts';
import { inTransaction, sqlState, type Tx } from '#server/db/sql.ts';
import * as executions from './repository.ts';
import { requestExecutions } from './request.ts';

const UNIQUE_VIOLATION = '23505';

/**
 * Stores what was asked for, with its job and its audit record, unless its key is known.
 *
 * @returns the id; that of the first one when the same key was used before, or by somebody else at the same moment
 */
export async function storeExecution(
  actor: Actor,
  row: executions.NewExecution,
  body: ExecutionCreate,
): Promise<number> {
  try {
    return await storeOrFind(actor, row, body);
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    return storeOrFind(actor, row, body);
  }
}

const storeOrFind = (
  actor: Actor,
  row: executions.NewExecution,
  body: ExecutionCreate,
): Promise<number> =>
  inTransaction(async (tx) => {
    await fenceToken(tx, actor);
    if (row.identity_id !== null && row.idempotency_key !== null) {
      const known = await executions.findIdByIdempotencyKey(
        tx,
        row.identity_id,
        row.idempotency_key,
      );
      if (known !== null) return known;
    }
    if (row.parent_id !== null) await mayHaveChild(tx, row.parent_id);
    const [created] = await requestExecutions(tx, [row]);
    await recordAudit(tx, {
      category: 'execution',
      eventType: 'execution.created',
      outcome: 'success',
      ...by(actor),
      resource: { type: 'execution', id: created ?? null, ref: row.action_ref },
      ...((row.rerun_of !== null || body.reason) && {
        details: { rerun_of: row.rerun_of, reason: body.reason ?? null },
      }),
    });
    return created ?? 0;
  });

/** Nothing new comes from what somebody wants to end. */
async function mayHaveChild(tx: Tx, parentId: number): Promise<void> {
  const status = await executions.holdParent(tx, parentId);
  if (status === 'canceling' || status === 'cancelled')
    throw new AppError(
      'CONFLICT',
      `Execution ${parentId} is being cancelled and starts nothing any more.`,
      {
        details: { status },
      },
    );
}
