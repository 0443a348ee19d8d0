import { listSensorsByPack } from '#lib/contracts/sensors.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as sensors from '#server/sensors/service.ts';

export const GET = route(listSensorsByPack, ({ actor, params, query }) =>
  sensors.listSensorsByPack(actor, params.ref, query),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(listSensorsByPack);
