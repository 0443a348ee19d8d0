import { by } from '#server/audit/by.ts';
import { type AuditRecord, recordAudit } from '#server/audit/record.ts';
import type { Actor } from '#server/auth/actor.ts';
import type { Tx } from '#server/db/sql.ts';

/** A change of who may do what, in the transaction that makes it. */
export const recordChange = (
  tx: Tx,
  actor: Actor,
  eventType: string,
  resource: NonNullable<AuditRecord['resource']>,
  details?: Readonly<Record<string, unknown>>,
): Promise<void> =>
  recordAudit(tx, {
    category: 'rbac',
    eventType,
    outcome: 'success',
    ...by(actor),
    resource,
    ...(details !== undefined && { details }),
  });

/** How an identity is named in records. */
export const identityResource = ({ id, login }: { id: number; login: string }) => ({
  type: 'identity',
  id,
  ref: login,
});
