import type { SensorFilter, SensorLogsQuery } from '#lib/contracts/sensors.ts';
import type { Actor } from '#server/auth/actor.ts';
import type { Prisma } from '#server/db/generated/client.ts';
import { type Db, prisma } from '#server/db/prisma.ts';
import { sql } from '#server/db/sql.ts';
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

/** Kept in memory while a request reads it. */
const LOG_BYTES_MAX = 8 * 1024 * 1024;
const CHUNKS_MAX = 5_000;

/** The end of a sensor's log, oldest first. */
export const readLogEnd = (
  sensorId: number,
  stream: SensorLogsQuery['stream'],
): Promise<{ content: Uint8Array }[]> =>
  sql.query<{ content: Uint8Array }>(
    `select c.content from (
       select l.seq, l.content, sum(octet_length(l.content)) over (order by l.seq desc) as bytes from (
         select seq, content from sensor_log_chunk where sensor_id = $1 and ($2::text is null or stream = $2)
         order by seq desc limit $3) l) c
     where c.bytes - octet_length(c.content) < $4 order by c.seq`,
    [sensorId, stream === 'all' ? null : stream, CHUNKS_MAX, LOG_BYTES_MAX],
  );
