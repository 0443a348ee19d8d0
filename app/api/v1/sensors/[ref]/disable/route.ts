import { disableSensor } from '#lib/contracts/sensors.ts';
import { route } from '#server/http/route.ts';
import * as sensors from '#server/sensors/service.ts';

export const POST = route(disableSensor, async ({ actor, params }) => ({
  data: await sensors.disableSensor(actor, params.ref),
}));
