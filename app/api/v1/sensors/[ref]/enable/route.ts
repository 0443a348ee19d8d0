import { enableSensor } from '#lib/contracts/sensors.ts';
import { route } from '#server/http/route.ts';
import * as sensors from '#server/sensors/service.ts';

export const POST = route(enableSensor, async ({ actor, params }) => ({
  data: await sensors.enableSensor(actor, params.ref),
}));
