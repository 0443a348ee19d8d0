import { streamExecutions } from '#lib/contracts/executions.ts';
import { followExecutions } from '#server/executions/follow.ts';
import { route } from '#server/http/route.ts';
import { sseResponse } from '#server/http/sse.ts';

export const GET = route(streamExecutions, async ({ actor, query, request }) =>
  sseResponse(request, (signal) => followExecutions(actor, query, signal)),
);
