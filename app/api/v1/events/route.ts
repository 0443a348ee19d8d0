import { createEvent, listEvents } from '#lib/contracts/events.ts';
import * as events from '#server/events/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(listEvents, ({ actor, query }) => events.listEvents(actor, query));

export const POST = route(createEvent, async ({ actor, body, request }) => ({
  data: await events.createEvent(actor, body, request.headers.get('idempotency-key')),
}));

export const { OPTIONS, PUT, PATCH, DELETE } = otherMethods(listEvents, createEvent);
