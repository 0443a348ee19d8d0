import { getSensor } from '#lib/contracts/sensors.ts';
import { route } from '#server/http/route.ts';
import * as sensors from '#server/sensors/service.ts';

export const GET = route(getSensor, async ({ actor, params }) => ({
  data: await sensors.getSensor(actor, params.ref),
}));
