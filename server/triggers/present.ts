import type { Trigger, TriggerSummary } from '#lib/contracts/triggers.ts';
import { config } from '#server/config.ts';
import type { Trigger as TriggerRow } from '#server/db/generated/client.ts';
import { timestamp } from '#server/http/paging.ts';
import { asObjectOrNull } from '#server/packs/json.ts';
import { presentWebhookConfig } from './webhook-config.ts';

export const presentTriggerSummary = (row: TriggerRow): TriggerSummary => ({
  id: row.id,
  ref: row.ref,
  pack_ref: row.packRef,
  label: row.label,
  description: row.description,
  enabled: row.enabled,
  webhook_enabled: row.webhookEnabled,
  reference_visibility: row.referenceVisibility as TriggerSummary['reference_visibility'],
  reference_allowed_pack_refs: row.referenceAllowedPackRefs,
  created: timestamp(row.createdAt),
  updated: timestamp(row.updatedAt),
});

interface Surroundings {
  readonly sensor: { readonly id: number; readonly ref: string } | null;
  /** Whoever sees the key may post. */
  readonly canSeeKey: boolean;
}

export function presentTrigger(row: TriggerRow, { sensor, canSeeKey }: Surroundings): Trigger {
  const key = canSeeKey ? row.webhookKey : null;
  return {
    ...presentTriggerSummary(row),
    pack: row.packId,
    is_adhoc: row.isAdhoc,
    param_schema: asObjectOrNull(row.paramSchema),
    out_schema: asObjectOrNull(row.outSchema),
    sensor: sensor?.id ?? null,
    sensor_ref: sensor?.ref ?? null,
    webhook_key: key,
    webhook_url: key === null ? null : `${config().apiUrl}/api/v1/webhooks/${key}`,
    webhook_config: presentWebhookConfig(row.webhookConfig),
  };
}
