import { receiveWebhook } from '#lib/contracts/webhooks.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as webhooks from '#server/triggers/receive-webhook.ts';

export const POST = route(receiveWebhook, async ({ params, request }) => {
  const receipt = await webhooks.receiveWebhook(params.key, request);
  return { ...receipt, data: receipt };
});

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = otherMethods(receiveWebhook);
