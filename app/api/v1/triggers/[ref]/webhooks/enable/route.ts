import { enableWebhook } from '#lib/contracts/webhooks.ts';
import { route } from '#server/http/route.ts';
import * as webhooks from '#server/triggers/webhooks.ts';

export const POST = route(enableWebhook, async ({ actor, params, body }) => {
  const trigger = await webhooks.enableWebhook(actor, params.ref, body);
  return { ...trigger, data: trigger };
});
