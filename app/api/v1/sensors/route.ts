import { listSensors } from '#lib/contracts/sensors.ts';
import { route } from '#server/http/route.ts';
import * as sensors from '#server/sensors/service.ts';

export const GET = route(listSensors, ({ actor, query }) => sensors.listSensors(actor, query));
