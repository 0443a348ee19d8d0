import { regenerateWebhookKey } from '#lib/contracts/webhooks.ts';
import { route } from '#server/http/route.ts';
import * as webhooks from '#server/triggers/webhooks.ts';

export const POST = route(regenerateWebhookKey, async ({ actor, params }) => {
  const trigger = await webhooks.regenerateWebhookKey(actor, params.ref);
  return { ...trigger, data: trigger };
});
