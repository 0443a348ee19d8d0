import type { RuleFilter } from '#lib/contracts/rules.ts';
import type { Actor } from '#server/auth/actor.ts';
import type { Prisma } from '#server/db/generated/client.ts';
import { type Db, prisma } from '#server/db/prisma.ts';
import { visibleTo } from '#server/packs/visible.ts';

/** The rules that an actor may know of: a sensor those of its triggers, others by their grants. */
const readableBy = (actor: Actor): Prisma.RuleWhereInput =>
  actor.kind === 'sensor'
    ? { triggerRef: { in: [...actor.triggerRefs] } }
    : visibleTo(actor, 'rules:read');

/** The condition of a list, for its rows and for their count. */
export function whereOf(actor: Actor, filter: RuleFilter): Prisma.RuleWhereInput {
  const contains = { contains: filter.search ?? '', mode: 'insensitive' as const };
  return {
    AND: [
      readableBy(actor),
      filter.search === undefined
        ? {}
        : { OR: [{ ref: contains }, { label: contains }, { description: contains }] },
      {
        ...(filter.pack_ref !== undefined && { packRef: filter.pack_ref }),
        ...(filter.action_ref !== undefined && { actionRef: filter.action_ref }),
        ...(filter.trigger_ref !== undefined && { triggerRef: filter.trigger_ref }),
        ...(filter.enabled !== undefined && { enabled: filter.enabled }),
      },
    ],
  };
}

interface Window {
  readonly skip: number;
  readonly take: number;
}

export const listRules = (where: Prisma.RuleWhereInput, window: Window) =>
  prisma().rule.findMany({ where, orderBy: { ref: 'asc' }, ...window });

export const countRules = (where: Prisma.RuleWhereInput): Promise<number> =>
  prisma().rule.count({ where });

export const findRule = (db: Db, ref: string) => db.rule.findUnique({ where: { ref } });

/** The ids of what a rule names; null where it is gone. */
export async function findTargets(
  db: Db,
  { triggerRef, actionRef }: { triggerRef: string; actionRef: string },
) {
  const trigger = await db.trigger.findUnique({ where: { ref: triggerRef }, select: { id: true } });
  const action = await db.action.findUnique({ where: { ref: actionRef }, select: { id: true } });
  return { trigger: trigger?.id ?? null, action: action?.id ?? null };
}

/** Newest first. */
export const listVersions = (ruleId: number, version: number | undefined, window: Window) =>
  prisma().ruleVersion.findMany({
    where: { ruleId, ...(version !== undefined && { version }) },
    orderBy: { version: 'desc' },
    ...window,
  });

export const countVersions = (ruleId: number): Promise<number> =>
  prisma().ruleVersion.count({ where: { ruleId } });
