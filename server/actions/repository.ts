import type { ActionFilter, ActionSearch } from '#lib/contracts/actions.ts';
import type { Actor } from '#server/auth/actor.ts';
import { can } from '#server/auth/actor.ts';
import type { Prisma } from '#server/db/generated/client.ts';
import { type Db, prisma } from '#server/db/prisma.ts';
import { referencableBy } from '#server/packs/references.ts';
import { visibleTo } from '#server/packs/visible.ts';

interface Window {
  readonly skip: number;
  readonly take: number;
}

/** The condition of a list, for its rows and for their count. */
export function whereOf(actor: Actor, filter: ActionFilter): Prisma.ActionWhereInput {
  return {
    AND: [
      visibleTo(actor, 'actions:read'),
      filter.executable_with_current_access === true ? executableBy(actor) : {},
      filter.referencing_pack_ref === undefined ? {} : referencableBy(filter.referencing_pack_ref),
      filter.search === undefined ? {} : matching(filter.search),
      {
        ...(filter.pack_ref !== undefined && { packRef: filter.pack_ref }),
        ...(filter.enabled !== undefined && { enabled: filter.enabled }),
      },
    ],
  };
}

export const whereFound = (
  actor: Actor,
  { q, packs, referencing_pack_ref: by }: ActionSearch,
): Prisma.ActionWhereInput => ({
  AND: [
    visibleTo(actor, 'actions:read'),
    by === undefined ? {} : referencableBy(by),
    packs === undefined ? {} : { packRef: { in: packs } },
    matching(q),
  ],
});

const executableBy = (actor: Actor): Prisma.ActionWhereInput =>
  can(actor, 'actions:execute') ? visibleTo(actor, 'actions:execute') : { id: { in: [] } };

const matching = (text: string): Prisma.ActionWhereInput => {
  const contains = { contains: text, mode: 'insensitive' as const };
  return { OR: [{ ref: contains }, { label: contains }, { description: contains }] };
};

export const listActions = (where: Prisma.ActionWhereInput, window: Window) =>
  prisma().action.findMany({ where, orderBy: { ref: 'asc' }, ...window });

export const countActions = (where: Prisma.ActionWhereInput): Promise<number> =>
  prisma().action.count({ where });

export const findAction = (db: Db, ref: string) => db.action.findUnique({ where: { ref } });
