import { listEnabledSensors } from '#lib/contracts/sensors.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as sensors from '#server/sensors/service.ts';

export const GET = route(listEnabledSensors, ({ actor, query }) =>
  sensors.listSensors(actor, { ...query, enabled: true }),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(listEnabledSensors);
