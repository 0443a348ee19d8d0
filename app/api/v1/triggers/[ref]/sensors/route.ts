import { listSensorsByTrigger } from '#lib/contracts/sensors.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as sensors from '#server/sensors/service.ts';

export const GET = route(listSensorsByTrigger, ({ actor, params, query }) =>
  sensors.listSensorsByTrigger(actor, params.ref, query),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(listSensorsByTrigger);
