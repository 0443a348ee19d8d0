import { getSensorLogs } from '#lib/contracts/sensors.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as sensors from '#server/sensors/service.ts';

export const GET = route(
  getSensorLogs,
  async ({ actor, params, query }) =>
    new Response(await sensors.readSensorLogs(actor, params.ref, query), {
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      },
    }),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getSensorLogs);
