import type {
  Action,
  ActionCreate,
  ActionFilter,
  ActionSearch,
  ActionSearchHit,
  ActionSummary,
  ActionUpdate,
} from '#lib/contracts/actions.ts';
import type { PageOf, PageQuery, Success } from '#lib/contracts/common.ts';
import { checkEnvVars } from '#lib/domain/environment.ts';
import { AppError, notFound, unprocessable } from '#lib/errors.ts';
import type { Actor } from '#server/auth/actor.ts';
import type { Action as ActionRow } from '#server/db/generated/client.ts';
import { type Db, prisma } from '#server/db/prisma.ts';
import { changeCatalogue } from '#server/packs/change.ts';
import { partOfPack, recordComponent } from '#server/packs/component.ts';
import { checkSchemas } from '#server/packs/check-schema.ts';
import { checkOwnPack } from '#server/packs/own-pack.ts';
import { checkDelegation } from '#server/packs/permission-sets.ts';
import { readPage } from '#server/packs/read-page.ts';
import { authorizeFor } from '#server/packs/visible.ts';
import { presentAction, presentActionSummary, presentSearchHit } from './present.ts';
import * as actions from './repository.ts';
import { toNewColumns, toChangedColumns } from './columns.ts';

const TOPICS = ['rules', 'actions'] as const;

export function listActions(actor: Actor, query: ActionFilter): Promise<PageOf<ActionSummary>> {
  const where = actions.whereOf(actor, query);
  return readPage(query, {
    read: (window) => actions.listActions(where, window),
    count: () => actions.countActions(where),
    present: presentActionSummary,
  });
}

/** @throws AppError `NOT_FOUND` when there is no such pack */
export async function listActionsByPack(
  actor: Actor,
  packRef: string,
  query: PageQuery,
): Promise<PageOf<ActionSummary>> {
  await checkOwnPack(prisma(), packRef);
  return listActions(actor, { ...query, pack_ref: packRef });
}

export function searchActions(actor: Actor, query: ActionSearch): Promise<PageOf<ActionSearchHit>> {
  const where = actions.whereFound(actor, query);
  return readPage(query, {
    read: (window) => actions.listActions(where, window),
    count: () => actions.countActions(where),
    present: presentSearchHit,
  });
}

/** @throws AppError `NOT_FOUND` */
export async function getAction(actor: Actor, ref: string): Promise<Action> {
  return presentAction(await getRow(prisma(), actor, ref, 'actions:read'));
}

/** @throws AppError `NOT_FOUND` (pack), `CONFLICT`, `VALIDATION_ERROR` */
export async function createAction(actor: Actor, body: ActionCreate): Promise<Action> {
  authorizeFor(actor, 'actions:create', { pack_ref: body.pack_ref, ref: body.ref });
  check(body);
  return changeCatalogue(`action '${body.ref}'`, TOPICS, async ({ db, tx }) => {
    const pack = await checkOwnPack(db, body.pack_ref, body.ref);
    await checkDelegation(db, actor, body.default_execution_permission_set_refs);
    const row = await db.action.create({ data: { ...toNewColumns(body), ...pack, isAdhoc: true } });
    await recordComponent(tx, actor, 'action', 'action.created', row);
    return presentAction(row);
  });
}

/** What came with a pack is changed in the pack; only whether it is enabled is ours to say. */
export async function updateAction(actor: Actor, ref: string, body: ActionUpdate): Promise<Action> {
  check(body);
  return changeCatalogue(`action '${ref}'`, TOPICS, async ({ db, tx }) => {
    const row = await getRow(db, actor, ref, 'actions:update');
    const changes = toChangedColumns(body);
    if (!row.isAdhoc && Object.keys(changes).some((name) => name !== 'enabled'))
      throw partOfPack('action', row);
    await checkDelegation(db, actor, body.default_execution_permission_set_refs);
    const updated = await db.action.update({ where: { id: row.id }, data: changes });
    await recordComponent(tx, actor, 'action', 'action.updated', row, {
      changed: Object.keys(changes),
    });
    return presentAction(updated);
  });
}

/** @throws AppError `CONFLICT` while a rule runs it, or when it belongs to a pack */
export const deleteAction = (actor: Actor, ref: string): Promise<Success> =>
  changeCatalogue(`action '${ref}'`, TOPICS, async ({ db, tx }) => {
    const row = await getRow(db, actor, ref, 'actions:delete');
    if (!row.isAdhoc) throw partOfPack('action', row);
    const rule = await db.rule.findFirst({ where: { actionRef: ref }, select: { ref: true } });
    if (rule !== null) {
      throw new AppError(
        'CONFLICT',
        `The rule '${rule.ref}' runs the action '${ref}'. Change or delete the rule first.`,
      );
    }
    await db.action.delete({ where: { id: row.id } });
    await recordComponent(tx, actor, 'action', 'action.deleted', row);
    return { success: true, message: `The action '${ref}' is deleted.` };
  });

async function getRow(
  db: Db,
  actor: Actor,
  ref: string,
  permission: 'actions:read' | 'actions:update' | 'actions:delete',
): Promise<ActionRow> {
  const row = await actions.findAction(db, ref);
  authorizeFor(actor, permission, { ref, ...(row && { pack_ref: row.packRef, id: row.id }) });
  if (row === null) throw notFound('action', ref);
  return row;
}

function check(body: ActionCreate | ActionUpdate): void {
  checkSchemas({ param_schema: body.param_schema, out_schema: body.out_schema });
  const checked = checkEnvVars(body.env ?? {});
  if (checked.ok) return;
  const details = checked.refused.map(({ name, reason }) => ({
    path: `body.env.${name}`,
    message: reason,
  }));
  throw unprocessable(`The environment is refused: ${details[0]?.message}`, details);
}
