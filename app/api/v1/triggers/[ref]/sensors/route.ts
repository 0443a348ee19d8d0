import { listSensorsByTrigger } from '#lib/contracts/sensors.ts';
import { route } from '#server/http/route.ts';
import * as sensors from '#server/sensors/service.ts';

export const GET = route(listSensorsByTrigger, ({ actor, params, query }) =>
  sensors.listSensorsByTrigger(actor, params.ref, query),
);
