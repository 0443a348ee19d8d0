import { getExecutionLogs } from '#lib/contracts/executions.ts';
import { followLogs, readLogs } from '#server/executions/logs.ts';
import * as executions from '#server/executions/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { readLastEventId, sseResponse } from '#server/http/sse.ts';

export const GET = route(getExecutionLogs, async ({ actor, params, query, ...reader }) => {
  const { request } = reader;
  await executions.getExecution(actor, params.id);
  if (request.headers.get('accept')?.includes('text/event-stream') !== true) {
    return new Response(readLogs(params.id, query), {
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      },
    });
  }
  const afterSeq = readLastEventId(request);
  return sseResponse(reader, (signal) =>
    followLogs(actor, params.id, { ...query, afterSeq }, signal),
  );
});

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getExecutionLogs);
