import { deleteSensor, getSensor, updateSensor } from '#lib/contracts/sensors.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as catalogue from '#server/sensors/catalogue.ts';
import * as sensors from '#server/sensors/service.ts';

export const GET = route(getSensor, async ({ actor, params }) => ({
  data: await sensors.getSensor(actor, params.ref),
}));

export const PUT = route(updateSensor, async ({ actor, params, body }) => ({
  data: await catalogue.updateSensor(actor, params.ref, body),
}));

export const DELETE = route(deleteSensor, ({ actor, params }) =>
  catalogue.deleteSensor(actor, params.ref),
);

export const { OPTIONS, POST, PATCH } = otherMethods(getSensor, updateSensor, deleteSensor);
