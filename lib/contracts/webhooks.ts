import { z } from 'zod';
import { Id, Timestamp } from './common.ts';
import type { Operation } from './operation.ts';
import { PathRef } from './patch.ts';
import { Trigger, WebhookConfigChange } from './triggers.ts';

const tag = 'webhooks';
const manage = { tokens: ['identity'], permission: 'triggers:update' } as const;

/** Old clients read the fields themselves, newer ones `data`. */
const result = Trigger.extend({ data: Trigger });

export const enableWebhook = {
  id: 'enableWebhook',
  method: 'POST',
  path: '/api/v1/triggers/{ref}/webhooks/enable',
  tag,
  summary: 'Give a trigger a webhook; its key stays when it has one',
  access: manage,
  params: PathRef,
  body: WebhookConfigChange.optional(),
  status: 200,
  result,
} as const satisfies Operation;

export const disableWebhook = {
  id: 'disableWebhook',
  method: 'POST',
  path: '/api/v1/triggers/{ref}/webhooks/disable',
  tag,
  summary: 'Let the webhook of a trigger refuse every call',
  access: manage,
  params: PathRef,
  status: 200,
  result,
} as const satisfies Operation;

export const regenerateWebhookKey = {
  id: 'regenerateWebhookKey',
  method: 'POST',
  path: '/api/v1/triggers/{ref}/webhooks/regenerate',
  tag,
  summary: 'Make a new key; the old one ends at once',
  access: manage,
  params: PathRef,
  status: 200,
  result,
} as const satisfies Operation;

export const WebhookReceipt = z
  .object({ event_id: Id, trigger_ref: z.string(), received_at: Timestamp, message: z.string() })
  .meta({ id: 'WebhookReceipt' });
export type WebhookReceipt = z.infer<typeof WebhookReceipt>;

/** Its body is whatever the caller's system sends: it is read raw, since a signature covers bytes. */
export const receiveWebhook = {
  id: 'receiveWebhook',
  method: 'POST',
  path: '/api/v1/webhooks/{key}',
  tag,
  summary: 'Post an event: any JSON, form or text, or `{"payload": …}`',
  access: 'anyone',
  params: z.object({ key: z.string().min(1).max(200) }),
  status: 200,
  result: WebhookReceipt.extend({ data: WebhookReceipt }),
} as const satisfies Operation;

export const webhookOperations = [
  enableWebhook,
  disableWebhook,
  regenerateWebhookKey,
  receiveWebhook,
] as const;
