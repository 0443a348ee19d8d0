import { enableTrigger } from '#lib/contracts/triggers.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as triggers from '#server/triggers/service.ts';

export const POST = route(enableTrigger, async ({ actor, params }) => ({
  data: await triggers.enableTrigger(actor, params.ref),
}));

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = otherMethods(enableTrigger);
