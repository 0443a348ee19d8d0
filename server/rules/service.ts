import type { PageOf, PageQuery, Success } from '#lib/contracts/common.ts';
import type {
  Rule,
  RuleCreate,
  RuleFilter,
  RuleSummary,
  RuleUpdate,
  RuleVersion,
} from '#lib/contracts/rules.ts';
import { notFound } from '#lib/errors.ts';
import { by } from '#server/audit/by.ts';
import { recordAudit } from '#server/audit/record.ts';
import { type Actor, actorName } from '#server/auth/actor.ts';
import type { Rule as RuleRow } from '#server/db/generated/client.ts';
import { type Db, prisma } from '#server/db/prisma.ts';
import type { Tx } from '#server/db/sql.ts';
import { changeCatalogue } from '#server/packs/change.ts';
import { checkOwnPack } from '#server/packs/own-pack.ts';
import { readPage } from '#server/packs/read-page.ts';
import { authorizeFor } from '#server/packs/visible.ts';
import { checkRule } from './check.ts';
import { changesMeaning, contentOf, toChangedColumns, toNewColumns } from './columns.ts';
import { presentRule, presentRuleSummary, presentRuleVersion } from './present.ts';
import * as rules from './repository.ts';
import { closeVersions, writeVersion } from './versions.ts';

const TOPICS = ['rules', 'sensors'] as const;

export function listRules(actor: Actor, query: RuleFilter): Promise<PageOf<RuleSummary>> {
  const where = rules.whereOf(actor, query);
  return readPage(query, {
    read: (window) => rules.listRules(where, window),
    count: () => rules.countRules(where),
    present: presentRuleSummary,
  });
}

/** @throws AppError `NOT_FOUND` when there is no such pack */
export async function listRulesByPack(
  actor: Actor,
  packRef: string,
  query: PageQuery,
): Promise<PageOf<RuleSummary>> {
  await checkOwnPack(prisma(), packRef);
  return listRules(actor, { ...query, pack_ref: packRef });
}

/** @throws AppError `NOT_FOUND` when there is no such action */
export async function listRulesByAction(
  actor: Actor,
  actionRef: string,
  query: PageQuery,
): Promise<PageOf<RuleSummary>> {
  const { action } = await rules.findTargets(prisma(), { actionRef, triggerRef: '' });
  if (action === null) throw notFound('action', actionRef);
  return listRules(actor, { ...query, action_ref: actionRef });
}

/** @throws AppError `NOT_FOUND` when there is no such trigger */
export async function listRulesByTrigger(
  actor: Actor,
  triggerRef: string,
  query: PageQuery,
): Promise<PageOf<RuleSummary>> {
  const { trigger } = await rules.findTargets(prisma(), { triggerRef, actionRef: '' });
  if (trigger === null) throw notFound('trigger', triggerRef);
  return listRules(actor, { ...query, trigger_ref: triggerRef });
}

/** @throws AppError `NOT_FOUND`, also for a rule of a trigger that is not the sensor's */
export async function getRule(actor: Actor, ref: string): Promise<Rule> {
  return present(prisma(), await getRow(prisma(), actor, ref, 'rules:read'));
}

/** @throws AppError `NOT_FOUND` (pack, trigger, action), `CONFLICT`, `VALIDATION_ERROR` with each field */
export async function createRule(actor: Actor, body: RuleCreate): Promise<Rule> {
  authorizeFor(actor, 'rules:create', { pack_ref: body.pack_ref, ref: body.ref });
  return changeCatalogue(`rule '${body.ref}'`, TOPICS, async ({ db, tx, revision }) => {
    const pack = await checkOwnPack(db, body.pack_ref, body.ref);
    const columns = toNewColumns(body);
    await checkRule(db, actor, contentOf({ ...columns, ...pack }));
    const row = await db.rule.create({
      data: { ...columns, ...pack, ownerIdentityId: ownerOf(actor) },
    });
    await writeVersion(db, row, revision, actorName(actor));
    await record(tx, actor, 'rule.created', row, { revision });
    return present(db, row);
  });
}

/** @throws AppError `NOT_FOUND`, `VALIDATION_ERROR` with each field */
export const updateRule = (actor: Actor, ref: string, body: RuleUpdate): Promise<Rule> =>
  changeRule(actor, ref, 'rule.updated', body);

export const enableRule = (actor: Actor, ref: string): Promise<Rule> =>
  changeRule(actor, ref, 'rule.enabled', { enabled: true });

export const disableRule = (actor: Actor, ref: string): Promise<Rule> =>
  changeRule(actor, ref, 'rule.disabled', { enabled: false });

const changeRule = (
  actor: Actor,
  ref: string,
  eventType: string,
  body: RuleUpdate,
): Promise<Rule> =>
  changeCatalogue(`rule '${ref}'`, TOPICS, async ({ db, tx, revision }) => {
    const row = await getRow(db, actor, ref, 'rules:update');
    const changes = toChangedColumns(body);
    if (Object.keys(changes).length === 0) return present(db, row);
    // Whoever decides what it does answers for it: its runs read their keys, not those of the one before.
    const isNewMeaning = changesMeaning(changes);
    if (isNewMeaning) await checkRule(db, actor, contentOf({ ...row, ...changes }), contentOf(row));
    const updated = await db.rule.update({
      where: { id: row.id },
      data: {
        ...changes,
        version: row.version + 1,
        ...(isNewMeaning && { ownerIdentityId: ownerOf(actor) }),
      },
    });
    await writeVersion(db, updated, revision, actorName(actor));
    await record(tx, actor, eventType, row, {
      changed: Object.keys(changes),
      version: updated.version,
      revision,
    });
    return present(db, updated);
  });

export const deleteRule = (actor: Actor, ref: string): Promise<Success> =>
  changeCatalogue(`rule '${ref}'`, TOPICS, async ({ db, tx, revision }) => {
    const row = await getRow(db, actor, ref, 'rules:delete');
    await closeVersions(db, [row.id], revision);
    await db.rule.delete({ where: { id: row.id } });
    await record(tx, actor, 'rule.deleted', row, { revision });
    return { success: true, message: `The rule '${ref}' is deleted.` };
  });

/** What a rule said over time, newest first. */
export async function listRuleVersions(
  actor: Actor,
  ref: string,
  query: PageQuery & { version?: number | undefined } = {},
): Promise<PageOf<RuleVersion>> {
  const { id } = await getRow(prisma(), actor, ref, 'rules:read');
  return readPage(query, {
    read: (window) => rules.listVersions(id, query.version, window),
    count: () => rules.countVersions(id),
    present: presentRuleVersion,
  });
}

async function getRow(
  db: Db,
  actor: Actor,
  ref: string,
  permission: 'rules:read' | 'rules:update' | 'rules:delete',
): Promise<RuleRow> {
  const row = await rules.findRule(db, ref);
  if (actor.kind === 'sensor') {
    if (row === null || !actor.triggerRefs.includes(row.triggerRef)) throw notFound('rule', ref);
    return row;
  }
  authorizeFor(actor, permission, { ref, ...(row && { pack_ref: row.packRef, id: row.id }) });
  if (row === null) throw notFound('rule', ref);
  return row;
}

const ownerOf = (actor: Actor): number | null =>
  actor.kind === 'identity' ? actor.identityId : null;

const present = async (db: Db, row: RuleRow): Promise<Rule> =>
  presentRule(row, await rules.findTargets(db, row));

const record = (
  tx: Tx,
  actor: Actor,
  eventType: string,
  { id, ref }: RuleRow,
  details: Record<string, unknown>,
) =>
  recordAudit(tx, {
    category: 'admin',
    eventType,
    outcome: 'success',
    ...by(actor),
    resource: { type: 'rule', id, ref },
    details,
  });
