import { regenerateWebhookKey } from '#lib/contracts/webhooks.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as webhooks from '#server/triggers/webhooks.ts';

export const POST = route(regenerateWebhookKey, async ({ actor, params }) => {
  const trigger = await webhooks.regenerateWebhookKey(actor, params.ref);
  return { ...trigger, data: trigger };
});

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = otherMethods(regenerateWebhookKey);
