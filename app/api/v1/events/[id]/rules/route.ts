import { getEventVerdicts } from '#lib/contracts/events.ts';
import * as events from '#server/events/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(getEventVerdicts, async ({ actor, params }) => ({
  data: await events.getVerdicts(actor, params.id),
}));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getEventVerdicts);
