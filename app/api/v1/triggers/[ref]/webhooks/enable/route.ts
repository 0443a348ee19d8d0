import { enableWebhook } from '#lib/contracts/webhooks.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as webhooks from '#server/triggers/webhooks.ts';

export const POST = route(enableWebhook, async ({ actor, params, body }) => {
  const trigger = await webhooks.enableWebhook(actor, params.ref, body);
  return { ...trigger, data: trigger };
});

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = otherMethods(enableWebhook);
