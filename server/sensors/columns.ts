import type { SensorCreate, SensorUpdate } from '#lib/contracts/sensors.ts';
import { given } from '#server/packs/given.ts';
import { toColumn, toNullableColumn } from '#server/packs/json.ts';
import { runnerTypeOf } from '#server/packs/runtimes.ts';

/** The columns of a new sensor; what is left out keeps the database's default. */
export const toNewColumns = (body: SensorCreate) => ({
  ...toChangedColumns(withoutNulls(body)),
  ref: body.ref,
  label: body.label,
  entrypoint: body.entrypoint,
  triggerRefs: triggerRefsOf(body),
});

/** Absent = as it is. */
export const toChangedColumns = (body: SensorUpdate) =>
  given({
    label: body.label,
    description: body.description,
    enabled: body.enabled,
    entrypoint: body.entrypoint,
    triggerRefs: body.trigger_refs,
    runnerType: runnerTypeOf(body),
    mq: body.mq,
    paramSchema: body.param_schema === undefined ? undefined : toNullableColumn(body.param_schema),
    config: body.config && toColumn(body.config),
  });

const withoutNulls = (body: SensorCreate): SensorUpdate =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) as SensorUpdate;

/** What the sensor of a body may fire: its two spellings as one list. */
const triggerRefsOf = ({ trigger_ref: one, trigger_refs: many }: SensorCreate): string[] => [
  ...new Set([...(many ?? []), ...(one === null || one === undefined ? [] : [one])]),
];
