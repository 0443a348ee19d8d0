import type { WebhookReceipt } from '#lib/contracts/webhooks.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '#lib/domain/json.ts';
import { findUnstorable } from '#lib/domain/json-safety.ts';
import { parseWebhookBody } from '#lib/domain/webhook-body.ts';
import { AppError, unprocessable } from '#lib/errors.ts';
import type { Trigger as TriggerRow } from '#server/db/generated/client.ts';
import { sql } from '#server/db/sql.ts';
import { emitEvent } from '#server/events/service.ts';
import { clientAddress } from '#server/http/address.ts';
import { timestamp } from '#server/http/paging.ts';
import { findTriggerByKey } from './repository.ts';
import { readWebhookConfig, type StoredWebhookConfig } from './webhook-config.ts';
import { isListed, redactHeaders, takeTurn } from './webhook-guard.ts';
import { checkSignature } from './webhook-signature.ts';

/** What is known of one call, for its line in the log. */
interface Call {
  readonly address: string | null;
  readonly userAgent: string | null;
  sizeBytes: number;
  isVerified: boolean | null;
}

const USER_AGENT_CHARS_MAX = 300;
const DEDUPE_CHARS_MAX = 300;

/**
 * Turns a call of a webhook into an event. Each call of a key that exists leaves a line in the webhook's log,
 * whatever became of it.
 *
 * @throws AppError `NOT_FOUND`, `BAD_REQUEST`, `UNAUTHORIZED`, `FORBIDDEN`, `PAYLOAD_TOO_LARGE`, `TOO_MANY_REQUESTS`
 */
export async function receiveWebhook(key: string, request: Request): Promise<WebhookReceipt> {
  const trigger = /^wh_[0-9a-f]{32}$/.test(key) ? await findTriggerByKey(key) : null;
  // The key is a secret: the answer does not repeat it.
  if (trigger === null)
    throw new AppError('NOT_FOUND', 'There is no such webhook. Check the address.');
  const call: Call = {
    address: clientAddress(request.headers),
    userAgent: request.headers.get('user-agent')?.slice(0, USER_AGENT_CHARS_MAX) ?? null,
    sizeBytes: 0,
    isVerified: null,
  };
  try {
    const receipt = await receive(trigger, request, call);
    await writeLog(trigger, call, { status: 200, eventId: receipt.event_id, error: null });
    return receipt;
  } catch (error) {
    const known = error instanceof AppError ? error : null;
    await writeLog(trigger, call, {
      status: known?.status ?? 500,
      eventId: null,
      error: known?.message ?? 'The server has a defect.',
    });
    throw error;
  }
}

async function receive(trigger: TriggerRow, request: Request, call: Call): Promise<WebhookReceipt> {
  if (!trigger.webhookEnabled || !trigger.enabled) {
    throw new AppError(
      'BAD_REQUEST',
      `The webhook of '${trigger.ref}' is disabled. Enable it, or stop calling it.`,
    );
  }
  const guard = readWebhookConfig(trigger.webhookConfig);
  checkCaller(trigger, guard, call);
  const body = await readBytes(request, guard.payload_size_limit_kb * 1024);
  call.sizeBytes = body.byteLength;
  const delivery = await checkSignature(guard, request.headers, body, call);
  const payload = readPayload(body, request.headers.get('content-type'));

  const receivedAt = new Date();
  const event = await emitEvent(
    { kind: 'system', name: `webhook:${trigger.ref}` },
    {
      triggerRef: trigger.ref,
      payload,
      config: {
        source: 'webhook',
        received_at: timestamp(receivedAt),
        headers: redactHeaders(request.headers),
        source_ip: call.address,
        user_agent: call.userAgent,
        hmac_verified: call.isVerified ?? false,
      },
      sourceKind: 'webhook',
      sourceRef: 'webhook',
      dedupeKey: delivery ?? readDedupeKey(request.headers),
      traceTag: null,
    },
  );
  return {
    event_id: event.id,
    trigger_ref: trigger.ref,
    received_at: timestamp(receivedAt),
    message: 'The event is stored.',
  };
}

function checkCaller(
  trigger: TriggerRow,
  { ip_whitelist: list, rate_limit: limit }: StoredWebhookConfig,
  { address }: Call,
): void {
  if (list.enabled && !isListed(address, list.ips)) {
    throw new AppError(
      'FORBIDDEN',
      `The address ${address ?? '(unknown)'} may not call this webhook. Behind a proxy, TRUSTED_PROXIES has to name it.`,
    );
  }
  const wait = limit.enabled ? takeTurn(trigger.id, limit, Date.now()) : 0;
  if (wait > 0) {
    throw new AppError(
      'TOO_MANY_REQUESTS',
      `More than ${limit.requests} calls in ${limit.window_seconds} s. Try again in ${wait} s.`,
      {
        retryAfterSeconds: wait,
      },
    );
  }
}

/** Bytes and not text: a signature covers every one of them. */
async function readBytes(request: Request, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > bytesMax) {
      throw new AppError(
        'PAYLOAD_TOO_LARGE',
        `The body is larger than ${(bytesMax / 1024).toLocaleString('en')} KiB. Send less, or raise payload_size_limit_kb.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A payload is an object everywhere; what is none stands under `body`. */
function readPayload(bytes: Uint8Array, contentType: string | null): JsonObject {
  const parsed = parseWebhookBody(decode(bytes), contentType);
  if (!parsed.ok) throw new AppError('BAD_REQUEST', parsed.message);
  const problem = findUnstorable(parsed.payload);
  if (problem !== null) {
    throw unprocessable('The payload cannot be stored.', [
      { path: `body.${problem.path}`, message: problem.reason },
    ]);
  }
  return toObject(parsed.payload);
}

function toObject(payload: JsonValue): JsonObject {
  if (isJsonObject(payload)) return payload;
  return payload === null ? {} : { body: payload };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('BAD_REQUEST', 'The body is not valid UTF-8.', { cause });
  }
}

function readDedupeKey(headers: Headers): string | null {
  const key = headers.get('idempotency-key');
  if (key === null || key === '') return null;
  if (key.length <= DEDUPE_CHARS_MAX) return key;
  throw new AppError(
    'BAD_REQUEST',
    `The Idempotency-Key has ${key.length} characters; ${DEDUPE_CHARS_MAX} are allowed.`,
  );
}

const writeLog = (
  trigger: TriggerRow,
  call: Call,
  { status, eventId, error }: { status: number; eventId: number | null; error: string | null },
): Promise<unknown> =>
  sql.query(
    `insert into webhook_event_log (trigger_id, trigger_ref, event_id, source_ip, user_agent, payload_size_bytes, status_code,
                                    error_message, hmac_verified)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      trigger.id,
      trigger.ref,
      eventId,
      call.address,
      call.userAgent,
      call.sizeBytes,
      status,
      error,
      call.isVerified,
    ],
  );
