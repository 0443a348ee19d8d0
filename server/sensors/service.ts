import type { PageOf, PageQuery } from '#lib/contracts/common.ts';
import type {
  Sensor,
  SensorEnvironment,
  SensorFilter,
  SensorLogsQuery,
  SensorSummary,
} from '#lib/contracts/sensors.ts';
import type { TokenStatus } from '#lib/contracts/tokens.ts';
import { notFound } from '#lib/errors.ts';
import { by } from '#server/audit/by.ts';
import { recordAudit } from '#server/audit/record.ts';
import type { Actor } from '#server/auth/actor.ts';
import { type Db, prisma } from '#server/db/prisma.ts';
import { pageWindow, toPage } from '#server/http/paging.ts';
import { inTransactionWithNews } from '#server/packs/change.ts';
import { checkOwnPack } from '#server/packs/own-pack.ts';
import { authorizeFor } from '#server/packs/visible.ts';
import { getSensorTokenStatus } from '#server/tokens/service.ts';
import { presentEnvironment, presentSensor, presentSensorSummary } from './present.ts';
import { readLogEnd } from './log-repository.ts';
import * as sensors from './repository.ts';

export async function listSensors(
  actor: Actor,
  query: SensorFilter,
): Promise<PageOf<SensorSummary>> {
  const where = sensors.whereOf(actor, query);
  const window = pageWindow(query);
  const [rows, total] = await Promise.all([
    sensors.listSensors(where, { skip: window.offset, take: window.limit + 1 }),
    sensors.countSensors(where),
  ]);
  const workers = await sensors.findWorkerNames(prisma(), rows);
  return toPage(rows, window, (row) => presentSensorSummary(row, workers), { total });
}

/** @throws AppError `NOT_FOUND` when there is no such pack */
export async function listSensorsByPack(
  actor: Actor,
  packRef: string,
  query: PageQuery,
): Promise<PageOf<SensorSummary>> {
  await checkOwnPack(prisma(), packRef);
  return listSensors(actor, { ...query, pack_ref: packRef });
}

/** @throws AppError `NOT_FOUND` when there is no such trigger */
export async function listSensorsByTrigger(
  actor: Actor,
  triggerRef: string,
  query: PageQuery,
): Promise<PageOf<SensorSummary>> {
  const trigger = await prisma().trigger.findUnique({
    where: { ref: triggerRef },
    select: { id: true },
  });
  if (trigger === null) throw notFound('trigger', triggerRef);
  return listSensors(actor, { ...query, trigger_ref: triggerRef });
}

/** @throws AppError `NOT_FOUND` */
export async function getSensor(actor: Actor, ref: string): Promise<Sensor> {
  return presentRow(prisma(), await getSensorRow(prisma(), actor, ref, 'sensors:read'));
}

export const enableSensor = (actor: Actor, ref: string): Promise<Sensor> =>
  changeSensor(actor, ref, 'sensor.enabled', (db, id) =>
    db.sensor.update({ where: { id }, data: { enabled: true } }),
  );

/** Its process stops, wherever it runs. */
export const disableSensor = (actor: Actor, ref: string): Promise<Sensor> =>
  changeSensor(actor, ref, 'sensor.disabled', (db, id) =>
    db.sensor.update({ where: { id }, data: { enabled: false } }),
  );

/** Takes a stop back. It still runs only while a rule needs it. */
export const startSensor = (actor: Actor, ref: string): Promise<Sensor> =>
  changeSensor(actor, ref, 'sensor.started', (db, id) => wish(db, id, { wanted: 'run' }));

export const stopSensor = (actor: Actor, ref: string): Promise<Sensor> =>
  changeSensor(actor, ref, 'sensor.stopped', (db, id) => wish(db, id, { wanted: 'stop' }));

/** Asks the worker that runs it for a new process; one that waits after crashes starts at once. */
export const restartSensor = (actor: Actor, ref: string): Promise<Sensor> =>
  changeSensor(actor, ref, 'sensor.restarted', (db, id) =>
    db.sensorProcess.upsert({
      where: { sensorId: id },
      create: { sensorId: id, restartRequests: 1 },
      update: { wanted: 'run', restartRequests: { increment: 1 } },
    }),
  );

const wish = (db: Db, sensorId: number, { wanted }: { wanted: 'run' | 'stop' }) =>
  db.sensorProcess.upsert({
    where: { sensorId },
    create: { sensorId, wanted },
    update: { wanted },
  });

async function changeSensor(
  actor: Actor,
  ref: string,
  eventType: string,
  change: (db: Db, id: number) => Promise<unknown>,
): Promise<Sensor> {
  const { id } = await getSensorRow(prisma(), actor, ref, 'sensors:update');
  return inTransactionWithNews(`sensor '${ref}'`, ['sensors', `sensor:${id}`], async (db, tx) => {
    await change(db, id);
    await recordAudit(tx, {
      category: 'admin',
      eventType,
      outcome: 'success',
      ...by(actor),
      resource: { type: 'sensor', id, ref },
    });
    return presentRow(db, await getSensorRow(db, actor, ref, 'sensors:update'));
  });
}

/** The last lines that the process wrote, as text. */
export async function readSensorLogs(
  actor: Actor,
  ref: string,
  { stream, tail }: SensorLogsQuery,
): Promise<string> {
  const { id } = await getSensorRow(prisma(), actor, ref, 'sensors:read');
  const chunks = await readLogEnd(id, stream);
  const text = new TextDecoder().decode(Buffer.concat(chunks.map(({ content }) => content)));
  const lines = text.split('\n');
  // A log that ends in a line break has an empty piece behind it, which is no line.
  return lines.slice(-(text.endsWith('\n') ? tail + 1 : tail)).join('\n');
}

/** What the process that runs, or ran last, was started with; null before the first start. */
export async function getSensorEnvironment(
  actor: Actor,
  ref: string,
): Promise<SensorEnvironment | null> {
  return presentEnvironment((await getSensorRow(prisma(), actor, ref, 'sensors:read')).process);
}

/** The status of the token of the process, or of the last one; never the token. */
export async function getSensorToken(actor: Actor, ref: string): Promise<TokenStatus | null> {
  const { id } = await getSensorRow(prisma(), actor, ref, 'sensors:read');
  return getSensorTokenStatus(actor, id);
}

/** @throws AppError `NOT_FOUND`, `FORBIDDEN` */
export async function getSensorRow(
  db: Db,
  actor: Actor,
  ref: string,
  permission: 'sensors:read' | 'sensors:update' | 'sensors:delete',
): Promise<sensors.SensorRow> {
  const row = await sensors.findSensor(db, ref);
  authorizeFor(actor, permission, { ref, ...(row && { pack_ref: row.packRef, id: row.id }) });
  if (row === null) throw notFound('sensor', ref);
  return row;
}

export const presentRow = async (db: Db, row: sensors.SensorRow): Promise<Sensor> =>
  presentSensor(row, await sensors.findWorkerNames(db, [row]));
