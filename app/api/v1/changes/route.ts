import { streamChanges } from '#lib/contracts/changes.ts';
import { followChanges } from '#server/changes/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { sseResponse } from '#server/http/sse.ts';

export const GET = route(streamChanges, async ({ actor, query, ...reader }) =>
  sseResponse(reader, followChanges(actor, query, reader.request.headers.get('last-event-id'))),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(streamChanges);
