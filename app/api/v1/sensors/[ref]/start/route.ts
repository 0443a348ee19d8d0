import { startSensor } from '#lib/contracts/sensors.ts';
import { route } from '#server/http/route.ts';
import * as sensors from '#server/sensors/service.ts';

export const POST = route(startSensor, async ({ actor, params }) => ({
  data: await sensors.startSensor(actor, params.ref),
}));
