import type { PageOf, PageQuery, Success } from '#lib/contracts/common.ts';
import type {
  Trigger,
  TriggerCreate,
  TriggerFilter,
  TriggerSummary,
  TriggerUpdate,
} from '#lib/contracts/triggers.ts';
import { packRefOf } from '#lib/domain/refs.ts';
import { AppError, notFound } from '#lib/errors.ts';
import { type Actor, can } from '#server/auth/actor.ts';
import type { Trigger as TriggerRow } from '#server/db/generated/client.ts';
import { type Db, prisma } from '#server/db/prisma.ts';
import { changeCatalogue } from '#server/packs/change.ts';
import { partOfPack, recordComponent } from '#server/packs/component.ts';
import { checkSchemas } from '#server/packs/check-schema.ts';
import { given } from '#server/packs/given.ts';
import { toColumn, toNullableColumn } from '#server/packs/json.ts';
import { checkOwnPack } from '#server/packs/own-pack.ts';
import { readPage } from '#server/packs/read-page.ts';
import { authorizeFor } from '#server/packs/visible.ts';
import { presentTrigger, presentTriggerSummary } from './present.ts';
import * as triggers from './repository.ts';
import { changeWebhookConfig } from './webhook-config.ts';

const TOPICS = ['rules', 'sensors', 'triggers'] as const;

export function listTriggers(actor: Actor, query: TriggerFilter): Promise<PageOf<TriggerSummary>> {
  const where = triggers.whereOf(actor, query);
  return readPage(query, {
    read: (window) => triggers.listTriggers(where, window),
    count: () => triggers.countTriggers(where),
    present: presentTriggerSummary,
  });
}

/** @throws AppError `NOT_FOUND` when there is no such pack */
export async function listTriggersByPack(
  actor: Actor,
  packRef: string,
  query: PageQuery,
): Promise<PageOf<TriggerSummary>> {
  await checkOwnPack(prisma(), packRef);
  return listTriggers(actor, { ...query, pack_ref: packRef });
}

/** @throws AppError `NOT_FOUND` */
export async function getTrigger(actor: Actor, ref: string): Promise<Trigger> {
  return present(prisma(), actor, await getTriggerRow(prisma(), actor, ref, 'triggers:read'));
}

/** @throws AppError `NOT_FOUND` (pack), `CONFLICT`, `VALIDATION_ERROR` */
export async function createTrigger(actor: Actor, body: TriggerCreate): Promise<Trigger> {
  const packRef = body.pack_ref ?? packRefOf(body.ref);
  authorizeFor(actor, 'triggers:create', { pack_ref: packRef, ref: body.ref });
  checkSchemas({ param_schema: body.param_schema, out_schema: body.out_schema });
  return changeCatalogue(`trigger '${body.ref}'`, TOPICS, async ({ db, tx }) => {
    const pack = await checkOwnPack(db, packRef, body.ref);
    const row = await db.trigger.create({
      data: {
        ref: body.ref,
        ...pack,
        label: body.label,
        description: body.description ?? null,
        enabled: body.enabled,
        paramSchema: toNullableColumn(body.param_schema),
        outSchema: toNullableColumn(body.out_schema),
        referenceVisibility: body.reference_visibility ?? 'public',
        referenceAllowedPackRefs: body.reference_allowed_pack_refs,
        isAdhoc: true,
      },
    });
    await recordComponent(tx, actor, 'trigger', 'trigger.created', row);
    return present(db, actor, row);
  });
}

const OURS_TO_CHANGE = new Set(['enabled', 'webhookConfig']);

/** What came with a pack is changed in the pack, but for whether it is enabled and how its webhook is guarded. */
export async function updateTrigger(
  actor: Actor,
  ref: string,
  body: TriggerUpdate,
): Promise<Trigger> {
  checkSchemas({ param_schema: body.param_schema, out_schema: body.out_schema });
  return changeTrigger(actor, ref, 'trigger.updated', (row) => {
    const changes = toColumns(body, row);
    if (!row.isAdhoc && Object.keys(changes).some((name) => !OURS_TO_CHANGE.has(name)))
      throw partOfPack('trigger', row);
    return changes;
  });
}

export const enableTrigger = (actor: Actor, ref: string): Promise<Trigger> =>
  changeTrigger(actor, ref, 'trigger.enabled', () => ({ enabled: true }));

export const disableTrigger = (actor: Actor, ref: string): Promise<Trigger> =>
  changeTrigger(actor, ref, 'trigger.disabled', () => ({ enabled: false }));

/** @throws AppError `CONFLICT` while a rule listens to it, or when it belongs to a pack */
export const deleteTrigger = (actor: Actor, ref: string): Promise<Success> =>
  changeCatalogue(`trigger '${ref}'`, TOPICS, async ({ db, tx }) => {
    const row = await getTriggerRow(db, actor, ref, 'triggers:delete');
    if (!row.isAdhoc) throw partOfPack('trigger', row);
    const rule = await db.rule.findFirst({ where: { triggerRef: ref }, select: { ref: true } });
    if (rule !== null) {
      throw new AppError(
        'CONFLICT',
        `The rule '${rule.ref}' listens to the trigger '${ref}'. Change or delete the rule first.`,
      );
    }
    await db.trigger.delete({ where: { id: row.id } });
    await recordComponent(tx, actor, 'trigger', 'trigger.deleted', row);
    return { success: true, message: `The trigger '${ref}' is deleted.` };
  });

type Columns = Parameters<Db['trigger']['update']>[0]['data'];

/** One change of one trigger; `change` says what, given the row as it is. */
export const changeTrigger = (
  actor: Actor,
  ref: string,
  eventType: string,
  change: (row: TriggerRow) => Columns,
): Promise<Trigger> =>
  changeCatalogue(`trigger '${ref}'`, TOPICS, async ({ db, tx }) => {
    const row = await getTriggerRow(db, actor, ref, 'triggers:update');
    const changes = change(row);
    const updated = await db.trigger.update({ where: { id: row.id }, data: changes });
    await recordComponent(tx, actor, 'trigger', eventType, row, { changed: Object.keys(changes) });
    return present(db, actor, updated);
  });

const toColumns = (body: TriggerUpdate, row: TriggerRow) =>
  given({
    label: body.label,
    description: body.description,
    enabled: body.enabled,
    paramSchema: body.param_schema === undefined ? undefined : toNullableColumn(body.param_schema),
    outSchema: body.out_schema === undefined ? undefined : toNullableColumn(body.out_schema),
    referenceVisibility: body.reference_visibility,
    referenceAllowedPackRefs: body.reference_allowed_pack_refs,
    webhookConfig:
      body.webhook_config && toColumn(changeWebhookConfig(row.webhookConfig, body.webhook_config)),
  });

async function getTriggerRow(
  db: Db,
  actor: Actor,
  ref: string,
  permission: 'triggers:read' | 'triggers:update' | 'triggers:delete',
): Promise<TriggerRow> {
  const row = await triggers.findTrigger(db, ref);
  authorizeFor(actor, permission, { ref, ...(row && { pack_ref: row.packRef, id: row.id }) });
  if (row === null) throw notFound('trigger', ref);
  return row;
}

const present = async (db: Db, actor: Actor, row: TriggerRow): Promise<Trigger> =>
  presentTrigger(row, {
    sensor: await triggers.findSensorOf(db, row.ref),
    canSeeKey: can(actor, 'triggers:update', { ref: row.ref, pack_ref: row.packRef, id: row.id }),
  });
