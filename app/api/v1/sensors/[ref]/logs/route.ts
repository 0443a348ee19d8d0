import { getSensorLogs } from '#lib/contracts/sensors.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { readLastEventId, sseResponse } from '#server/http/sse.ts';
import { followSensorLog } from '#server/sensors/follow-log.ts';
import * as sensors from '#server/sensors/service.ts';

export const GET = route(getSensorLogs, async ({ actor, params: { ref }, query, ...reader }) => {
  const { request } = reader;
  if (request.headers.get('accept')?.includes('text/event-stream') !== true) {
    return new Response(await sensors.readSensorLogs(actor, ref, query), {
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      },
    });
  }
  // Asked before the first byte: a stream that has begun cannot say 404 any more.
  await sensors.getSensor(actor, ref);
  const { stream } = query;
  const afterSeq = readLastEventId(request);
  return sseResponse(reader, (signal) => followSensorLog(actor, ref, { stream, afterSeq }, signal));
});

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getSensorLogs);
