import { createSensor, listSensors } from '#lib/contracts/sensors.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as catalogue from '#server/sensors/catalogue.ts';
import * as sensors from '#server/sensors/service.ts';

export const GET = route(listSensors, ({ actor, query }) => sensors.listSensors(actor, query));

export const POST = route(createSensor, async ({ actor, body }) => ({
  data: await catalogue.createSensor(actor, body),
}));

export const { OPTIONS, PUT, PATCH, DELETE } = otherMethods(listSensors, createSensor);
