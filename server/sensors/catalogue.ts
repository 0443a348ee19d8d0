import type { Success } from '#lib/contracts/common.ts';
import type { Sensor, SensorCreate, SensorUpdate } from '#lib/contracts/sensors.ts';
import { type ErrorDetail, notFound, unprocessable } from '#lib/errors.ts';
import type { Actor } from '#server/auth/actor.ts';
import type { Db } from '#server/db/prisma.ts';
import { inTransactionWithNews } from '#server/packs/change.ts';
import { checkSchemas } from '#server/packs/check-schema.ts';
import { partOfPack, recordComponent } from '#server/packs/component.ts';
import { asObject, toColumn } from '#server/packs/json.ts';
import { checkOwnPack } from '#server/packs/own-pack.ts';
import { mayReference } from '#server/packs/references.ts';
import { authorizeFor } from '#server/packs/visible.ts';
import { fittingSensorConfig } from './check-config.ts';
import { toChangedColumns, toNewColumns } from './columns.ts';
import { findSensor, type SensorRow } from './repository.ts';
import { getSensorRow, presentRow } from './service.ts';

/** Of a sensor that came with a pack, what is for whoever runs it to say. */
const OURS_TO_CHANGE = new Set(['enabled', 'config']);

/** @throws AppError `NOT_FOUND` (pack, trigger), `CONFLICT`, `VALIDATION_ERROR` with each field */
export async function createSensor(actor: Actor, body: SensorCreate): Promise<Sensor> {
  authorizeFor(actor, 'sensors:create', { pack_ref: body.pack_ref, ref: body.ref });
  checkSchemas({ param_schema: body.param_schema });
  return inTransactionWithNews(`sensor '${body.ref}'`, ['sensors'], async (db, tx) => {
    const pack = await checkOwnPack(db, body.pack_ref, body.ref);
    const columns = toNewColumns(body);
    await checkTriggers(db, body.pack_ref, columns.triggerRefs);
    const config = fittingSensorConfig(body.param_schema, body.config ?? {}, {});
    const row = await db.sensor.create({
      data: { ...columns, ...pack, config: toColumn(config), isAdhoc: true },
      include: { process: true },
    });
    await recordComponent(tx, actor, 'sensor', 'sensor.created', row);
    return presentRow(db, row);
  });
}

/** Whatever of it a process was told, its supervisor compares: it is restarted where it has to be. */
export const updateSensor = (actor: Actor, ref: string, body: SensorUpdate): Promise<Sensor> => {
  checkSchemas({ param_schema: body.param_schema });
  return inTransactionWithNews(`sensor '${ref}'`, ['sensors'], async (db, tx) => {
    const row = await getSensorRow(db, actor, ref, 'sensors:update');
    const changes = toChangedColumns(body);
    if (!row.isAdhoc && Object.keys(changes).some((name) => !OURS_TO_CHANGE.has(name)))
      throw partOfPack('sensor', row);
    if (changes.triggerRefs !== undefined)
      await checkTriggers(db, row.packRef, changes.triggerRefs);
    await db.sensor.update({
      where: { id: row.id },
      data: { ...changes, ...configFor(row, body) },
    });
    await recordComponent(tx, actor, 'sensor', 'sensor.updated', row, {
      changed: Object.keys(changes),
    });
    const updated = await findSensor(db, ref);
    return presentRow(db, updated ?? row);
  });
};

/** The config again when it, or the schema that it has to fit, is another. */
function configFor(row: SensorRow, { config, param_schema: schema }: SensorUpdate) {
  if (config === undefined && schema === undefined) return {};
  const stored = asObject(row.config);
  const wanted = fittingSensorConfig(
    schema === undefined ? row.paramSchema : schema,
    config ?? stored,
    stored,
  );
  return { config: toColumn(wanted) };
}

/**
 * Its process ends and its token with it, once the worker that runs it hears of it.
 *
 * @throws AppError `CONFLICT` when it belongs to a pack
 */
export const deleteSensor = (actor: Actor, ref: string): Promise<Success> =>
  inTransactionWithNews(`sensor '${ref}'`, ['sensors'], async (db, tx) => {
    const row = await getSensorRow(db, actor, ref, 'sensors:delete');
    if (!row.isAdhoc) throw partOfPack('sensor', row);
    await db.sensor.delete({ where: { id: row.id } });
    await recordComponent(tx, actor, 'sensor', 'sensor.deleted', row);
    return { success: true, message: `The sensor '${ref}' is deleted.` };
  });

/** @throws AppError `NOT_FOUND` with the ref; `VALIDATION_ERROR` for one that is not for sensors of this pack */
async function checkTriggers(db: Db, packRef: string, refs: readonly string[]): Promise<void> {
  const triggers = await db.trigger.findMany({ where: { ref: { in: [...refs] } } });
  const details = refs.flatMap((ref, at): ErrorDetail[] => {
    const trigger = triggers.find((one) => one.ref === ref);
    if (trigger === undefined) throw notFound('trigger', ref);
    if (mayReference(packRef, trigger)) return [];
    const message = `${ref} may not be fired by sensors of the pack ${packRef}: it is not public`;
    return [{ path: `body.trigger_refs.${at}`, message }];
  });
  if (details.length > 0)
    throw unprocessable(`The sensor does not fit: ${details[0]?.message}.`, details);
}
