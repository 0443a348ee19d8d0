import { startSensor } from '#lib/contracts/sensors.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as sensors from '#server/sensors/service.ts';

export const POST = route(startSensor, async ({ actor, params }) => ({
  data: await sensors.startSensor(actor, params.ref),
}));

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = otherMethods(startSensor);
