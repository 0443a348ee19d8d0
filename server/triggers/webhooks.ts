import { randomBytes } from 'node:crypto';
import type { Trigger, WebhookConfigChange } from '#lib/contracts/triggers.ts';
import { AppError } from '#lib/errors.ts';
import type { Actor } from '#server/auth/actor.ts';
import { toColumn } from '#server/packs/json.ts';
import { changeTrigger } from './service.ts';
import { changeWebhookConfig } from './webhook-config.ts';

const newKey = (): string => `wh_${randomBytes(16).toString('hex')}`;

/** Gives a trigger a webhook. One that had a key before gets it back. */
export const enableWebhook = (
  actor: Actor,
  ref: string,
  change: WebhookConfigChange = {},
): Promise<Trigger> =>
  changeTrigger(actor, ref, 'trigger.webhook_enabled', (row) => ({
    webhookEnabled: true,
    webhookKey: row.webhookKey ?? newKey(),
    webhookConfig: toColumn(changeWebhookConfig(row.webhookConfig, change)),
  }));

export const disableWebhook = (actor: Actor, ref: string): Promise<Trigger> =>
  changeTrigger(actor, ref, 'trigger.webhook_disabled', () => ({ webhookEnabled: false }));

/** The old key ends in the same instant. @throws AppError `BAD_REQUEST` when there is no webhook */
export const regenerateWebhookKey = (actor: Actor, ref: string): Promise<Trigger> =>
  changeTrigger(actor, ref, 'trigger.webhook_key_regenerated', (row) => {
    if (!row.webhookEnabled) {
      throw new AppError('BAD_REQUEST', `The trigger '${ref}' has no webhook. Enable it first.`);
    }
    return { webhookKey: newKey() };
  });
