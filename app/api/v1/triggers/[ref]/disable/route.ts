import { disableTrigger } from '#lib/contracts/triggers.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as triggers from '#server/triggers/service.ts';

export const POST = route(disableTrigger, async ({ actor, params }) => ({
  data: await triggers.disableTrigger(actor, params.ref),
}));

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = otherMethods(disableTrigger);
