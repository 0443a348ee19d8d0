import { streamExecutions } from '#lib/contracts/executions.ts';
import { followExecutions } from '#server/executions/follow.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { followLiveCounts } from '#server/overview/live-counts.ts';
import { route } from '#server/http/route.ts';
import { sseResponse } from '#server/http/sse.ts';

export const GET = route(streamExecutions, async ({ actor, query, ...reader }) =>
  sseResponse(reader, (signal) =>
    query.counts === true
      ? followLiveCounts(actor, signal)
      : followExecutions(actor, query, signal),
  ),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(streamExecutions);
