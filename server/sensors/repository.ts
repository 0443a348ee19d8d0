import type { SensorFilter } from '#lib/contracts/sensors.ts';
import type { Actor } from '#server/auth/actor.ts';
import type { Prisma } from '#server/db/generated/client.ts';
import { type Db, prisma } from '#server/db/prisma.ts';
import { visibleTo } from '#server/packs/visible.ts';

const include = { process: true } as const;
export type SensorRow = Prisma.SensorGetPayload<{ include: typeof include }>;

/** The condition of a list, for its rows and for their count. */
export const whereOf = (
  actor: Actor,
  { pack_ref, trigger_ref, enabled }: SensorFilter,
): Prisma.SensorWhereInput => ({
  AND: [
    visibleTo(actor, 'sensors:read'),
    {
      ...(pack_ref !== undefined && { packRef: pack_ref }),
      ...(trigger_ref !== undefined && { triggerRefs: { has: trigger_ref } }),
      ...(enabled !== undefined && { enabled }),
    },
  ],
});

export const listSensors = (
  where: Prisma.SensorWhereInput,
  window: { skip: number; take: number },
): Promise<SensorRow[]> =>
  prisma().sensor.findMany({ where, include, orderBy: { ref: 'asc' }, ...window });

export const countSensors = (where: Prisma.SensorWhereInput): Promise<number> =>
  prisma().sensor.count({ where });

export const findSensor = (db: Db, ref: string): Promise<SensorRow | null> =>
  db.sensor.findUnique({ where: { ref }, include });

/** The names of the workers that run these sensors, in one question. */
export async function findWorkerNames(
  db: Db,
  rows: readonly SensorRow[],
): Promise<ReadonlyMap<number, string>> {
  const ids = rows.flatMap(({ process }) => process?.workerId ?? []);
  if (ids.length === 0) return new Map();
  const workers = await db.worker.findMany({
    where: { id: { in: ids } },
    select: { id: true, name: true },
  });
  return new Map(workers.map(({ id, name }) => [id, name]));
}
