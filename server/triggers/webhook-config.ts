import { z } from 'zod';
import type { WebhookConfig, WebhookConfigChange } from '#lib/contracts/triggers.ts';
import type { JsonObject, JsonValue } from '#lib/domain/json.ts';
import { unprocessable } from '#lib/errors.ts';
import { decrypt, encrypt } from '#server/secrets/cipher.ts';

const LIMIT_KB_DEFAULT = 1_024;
const SECRET_PLACE = 'trigger.webhook_config';

/** As it stands in the row: the secret encrypted. */
const Stored = z.object({
  payload_size_limit_kb: z.int().default(LIMIT_KB_DEFAULT),
  ip_whitelist: z
    .object({ enabled: z.boolean(), ips: z.array(z.string()) })
    .default({ enabled: false, ips: [] }),
  rate_limit: z
    .object({ enabled: z.boolean(), requests: z.int(), window_seconds: z.int() })
    .default({ enabled: false, requests: 60, window_seconds: 60 }),
  hmac: z
    .object({
      enabled: z.boolean(),
      algorithm: z.enum(['sha256', 'sha1', 'sha512']),
      secret: z.object({ ciphertext: z.string(), key_id: z.string() }).nullable().default(null),
      replay_window_seconds: z.int().nullable().default(null),
    })
    .default({ enabled: false, algorithm: 'sha256', secret: null, replay_window_seconds: null }),
});
export type StoredWebhookConfig = z.output<typeof Stored>;

export const readWebhookConfig = (column: unknown): StoredWebhookConfig =>
  Stored.parse(column ?? {});

export function presentWebhookConfig(column: unknown): WebhookConfig {
  const { hmac, ...rest } = readWebhookConfig(column);
  return {
    ...rest,
    hmac: {
      enabled: hmac.enabled,
      algorithm: hmac.algorithm,
      has_secret: hmac.secret !== null,
      replay_window_seconds: hmac.replay_window_seconds,
    },
  };
}

/**
 * The column after a change; what the change leaves out stays.
 *
 * @throws AppError `VALIDATION_ERROR` when signatures are asked for without a secret to check them by
 */
export function changeWebhookConfig(column: unknown, change: WebhookConfigChange): JsonObject {
  const before = readWebhookConfig(column);
  const { hmac, ...rest } = change;
  const after: StoredWebhookConfig = {
    ...before,
    ...(Object.fromEntries(
      Object.entries(rest).filter(([, value]) => value !== undefined),
    ) as Partial<StoredWebhookConfig>),
    ...(hmac && {
      hmac: {
        enabled: hmac.enabled,
        algorithm: hmac.algorithm,
        secret: hmac.secret === undefined ? before.hmac.secret : seal(hmac.secret),
        replay_window_seconds:
          hmac.replay_window_seconds === undefined
            ? before.hmac.replay_window_seconds
            : hmac.replay_window_seconds,
      },
    }),
  };
  if (after.hmac.enabled && after.hmac.secret === null) {
    throw unprocessable('Signatures cannot be checked without a secret.', [
      { path: 'body.hmac.secret', message: 'is required while hmac is enabled' },
    ]);
  }
  return after;
}

function seal(secret: string): { ciphertext: string; key_id: string } {
  const { ciphertext, keyId } = encrypt(secret, SECRET_PLACE);
  return { ciphertext: Buffer.from(ciphertext).toString('base64'), key_id: keyId };
}

/** The secret that callers sign with, in memory only. */
export function openWebhookSecret({ hmac }: StoredWebhookConfig): string | null {
  if (hmac.secret === null) return null;
  const value: JsonValue = decrypt(
    Buffer.from(hmac.secret.ciphertext, 'base64'),
    hmac.secret.key_id,
    SECRET_PLACE,
  );
  return typeof value === 'string' ? value : null;
}
