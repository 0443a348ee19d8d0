import { z } from 'zod';
import type { JsonObject } from '#lib/domain/json.ts';
import type { RuleChange } from './rule-changes.ts';

export const MESSAGE_BYTES_MAX = 1024 * 1024;
export const EXCHANGE = 'attune.events';

/** Beyond this the parameters of a rule are left out, and the reader asks the API. */
const PAYLOAD_BYTES_MAX = 7_000;
const FILTER_CHARS_MAX = 300;

export const ClientMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('subscribe'), filter: z.string().min(1).max(FILTER_CHARS_MAX) }),
  z.object({ type: z.literal('unsubscribe'), filter: z.string().min(1).max(FILTER_CHARS_MAX) }),
  z.object({ type: z.literal('ping') }),
  z.object({
    type: z.literal('publish'),
    id: z.union([z.string().min(1).max(200), z.int()]),
    exchange: z.string().max(200).default(EXCHANGE),
    event: z.unknown(),
  }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;
export type Publish = Extract<ClientMessage, { type: 'publish' }>;

export interface Notification {
  readonly notification_type: 'rule_lifecycle_changed' | 'execution_status_changed';
  readonly entity_type: 'rule_lifecycle' | 'execution';
  readonly entity_id: number;
  readonly payload: JsonObject;
}

/** RFC 3339 with an explicit offset: some clients cannot read `Z`. */
const timestamp = (at: Date): string => at.toISOString().replace('Z', '+00:00');

export const notification = (facts: Notification): string =>
  JSON.stringify({
    type: 'notification',
    ...facts,
    user_id: null,
    timestamp: timestamp(new Date()),
  });

export function ruleNotification({ kind, rule }: RuleChange): string {
  const facts = {
    entity_type: 'rule_lifecycle',
    entity_id: rule.id,
    event_type: kind,
    active: rule.enabled,
    rule_id: rule.id,
    rule_ref: rule.ref,
    trigger_ref: rule.trigger_ref,
    timestamp: timestamp(new Date()),
  };
  const full = { ...facts, trigger_params: rule.trigger_params, auth_mode: 'full' };
  const isLarge = Buffer.byteLength(JSON.stringify(full)) > PAYLOAD_BYTES_MAX;
  return notification({
    notification_type: 'rule_lifecycle_changed',
    entity_type: 'rule_lifecycle',
    entity_id: rule.id,
    payload: isLarge ? { ...facts, auth_mode: 'deferred' } : full,
  });
}
