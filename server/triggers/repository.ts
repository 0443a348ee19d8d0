import type { TriggerFilter } from '#lib/contracts/triggers.ts';
import type { Actor } from '#server/auth/actor.ts';
import type { Prisma } from '#server/db/generated/client.ts';
import { type Db, prisma } from '#server/db/prisma.ts';
import { referencableBy } from '#server/packs/references.ts';
import { visibleTo } from '#server/packs/visible.ts';

/** The condition of a list, for its rows and for their count. */
export function whereOf(actor: Actor, filter: TriggerFilter): Prisma.TriggerWhereInput {
  const contains = { contains: filter.search ?? '', mode: 'insensitive' as const };
  return {
    AND: [
      visibleTo(actor, 'triggers:read'),
      filter.referencing_pack_ref === undefined ? {} : referencableBy(filter.referencing_pack_ref),
      filter.search === undefined
        ? {}
        : { OR: [{ ref: contains }, { label: contains }, { description: contains }] },
      {
        ...(filter.pack_ref !== undefined && { packRef: filter.pack_ref }),
        ...(filter.enabled !== undefined && { enabled: filter.enabled }),
      },
    ],
  };
}

export const listTriggers = (
  where: Prisma.TriggerWhereInput,
  window: { skip: number; take: number },
) => prisma().trigger.findMany({ where, orderBy: { ref: 'asc' }, ...window });

export const countTriggers = (where: Prisma.TriggerWhereInput): Promise<number> =>
  prisma().trigger.count({ where });

export const findTrigger = (db: Db, ref: string) => db.trigger.findUnique({ where: { ref } });

export const findTriggerByKey = (webhookKey: string) =>
  prisma().trigger.findUnique({ where: { webhookKey } });

/** The sensor that fires a trigger; the oldest when there are several. */
export const findSensorOf = (db: Db, triggerRef: string) =>
  db.sensor.findFirst({
    where: { triggerRefs: { has: triggerRef } },
    orderBy: { id: 'asc' },
    select: { id: true, ref: true },
  });
