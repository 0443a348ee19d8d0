import { disableWebhook } from '#lib/contracts/webhooks.ts';
import { route } from '#server/http/route.ts';
import * as webhooks from '#server/triggers/webhooks.ts';

export const POST = route(disableWebhook, async ({ actor, params }) => {
  const trigger = await webhooks.disableWebhook(actor, params.ref);
  return { ...trigger, data: trigger };
});
