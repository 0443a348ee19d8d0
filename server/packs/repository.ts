import type { Actor } from '#server/auth/actor.ts';
import type { Prisma } from '#server/db/generated/client.ts';
import { type Db, prisma } from '#server/db/prisma.ts';
import { visibleTo } from './visible.ts';

const include = {
  _count: { select: { actions: true, triggers: true, sensors: true, rules: true } },
} as const;
export type PackRow = Prisma.PackGetPayload<{ include: typeof include }>;

/** A pack's own ref is what grants mean by `pack_refs`. */
export function whereVisible(actor: Actor): Prisma.PackWhereInput {
  const { OR } = visibleTo(actor, 'packs:read');
  if (OR === undefined) return {};
  return {
    OR: OR.map(({ packRef, ref, id }) => ({
      AND: [packRef ? { ref: packRef } : {}, ref ? { ref } : {}, id ? { id } : {}],
    })),
  };
}

export const listPacks = (
  where: Prisma.PackWhereInput,
  window: { skip: number; take: number },
): Promise<PackRow[]> =>
  prisma().pack.findMany({ where, include, orderBy: { ref: 'asc' }, ...window });

export const countPacks = (where: Prisma.PackWhereInput): Promise<number> =>
  prisma().pack.count({ where });

export const findPack = (db: Db, ref: string): Promise<PackRow | null> =>
  db.pack.findUnique({ where: { ref }, include });
