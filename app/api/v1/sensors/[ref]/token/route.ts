import { getSensorToken } from '#lib/contracts/sensors.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as sensors from '#server/sensors/service.ts';

export const GET = route(getSensorToken, async ({ actor, params }) => ({
  data: await sensors.getSensorToken(actor, params.ref),
}));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getSensorToken);
