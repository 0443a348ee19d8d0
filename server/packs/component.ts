import { AppError } from '#lib/errors.ts';
import { by } from '#server/audit/by.ts';
import { recordAudit } from '#server/audit/record.ts';
import type { Actor } from '#server/auth/actor.ts';
import type { Tx } from '#server/db/sql.ts';

/** What a pack is made of, and people may also make by hand. */
export type ComponentKind = 'action' | 'sensor' | 'trigger';

/** For a change of something that a file of its pack describes: the next load would undo it. */
export const partOfPack = (
  kind: ComponentKind,
  { ref, packRef }: { readonly ref: string; readonly packRef: string | null },
): AppError =>
  new AppError(
    'CONFLICT',
    `The ${kind} '${ref}' is part of the pack '${packRef}'. Change its file and register the pack again.`,
  );

/** Writes a change of a component down, in its transaction. */
export const recordComponent = (
  tx: Tx,
  actor: Actor,
  kind: ComponentKind,
  eventType: string,
  { id, ref }: { readonly id: number; readonly ref: string },
  details?: Record<string, unknown>,
): Promise<void> =>
  recordAudit(tx, {
    category: 'admin',
    eventType,
    outcome: 'success',
    ...by(actor),
    resource: { type: kind, id, ref },
    ...(details && { details }),
  });
