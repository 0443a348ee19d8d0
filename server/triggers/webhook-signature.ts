import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '#lib/errors.ts';
import { sql } from '#server/db/sql.ts';
import { openWebhookSecret, type StoredWebhookConfig } from './webhook-config.ts';

const HEADERS = ['x-webhook-signature', 'x-hub-signature-256', 'x-hub-signature'];
const TIMESTAMP_HEADER = 'x-webhook-timestamp';

/**
 * Checks the signature of a call where one is asked for, and writes down whether it was good.
 *
 * @returns what makes the call the same one when it comes again; null where calls have no time. An Idempotency-Key is
 * not signed: with another one, a call that was recorded on its way would be a new event.
 * @throws AppError `UNAUTHORIZED`
 */
export async function checkSignature(
  { hmac, ...guard }: StoredWebhookConfig,
  headers: Headers,
  body: Uint8Array,
  call: { isVerified: boolean | null },
): Promise<string | null> {
  if (!hmac.enabled) return null;
  const windowSeconds = hmac.replay_window_seconds;
  const at = windowSeconds === null ? null : signedAtSeconds(headers);
  const secret = openWebhookSecret({ ...guard, hmac });
  const signed = at === null ? body : withTime(at, body);
  call.isVerified =
    secret !== null &&
    (windowSeconds === null || at !== null) &&
    isSigned(headers, signed, secret, hmac.algorithm);
  if (!call.isVerified) {
    const what =
      windowSeconds === null
        ? 'the body'
        : '`<seconds since 1970>.<body>`, the seconds as in X-Webhook-Timestamp,';
    throw new AppError(
      'UNAUTHORIZED',
      `The signature is missing or wrong. Sign ${what} with HMAC ${hmac.algorithm} in X-Webhook-Signature.`,
    );
  }
  if (windowSeconds === null || at === null) return null;
  const apart = Math.abs((await nowSeconds()) - at);
  if (apart > windowSeconds) {
    throw new AppError(
      'UNAUTHORIZED',
      `The call was signed ${Math.round(apart)} s away from now; ${windowSeconds} s are allowed. Sign it when it is sent.`,
    );
  }
  return `signed:${createHash('sha256').update(signed).digest('hex')}`;
}

/** All web processes have one clock: the database's. */
async function nowSeconds(): Promise<number> {
  const [row] = await sql.query<{ now: number }>(
    'select extract(epoch from clock_timestamp())::float8 as now',
  );
  return row?.now ?? 0;
}

/** Whether a body carries the signature that its secret gives it; compared in constant time. */
function isSigned(
  headers: Headers,
  body: Uint8Array,
  secret: string,
  algorithm: StoredWebhookConfig['hmac']['algorithm'],
): boolean {
  const expected = createHmac(algorithm, secret).update(body).digest();
  return HEADERS.some((name) => {
    const text = headers.get(name)?.trim().toLowerCase() ?? '';
    const [, given = ''] = new RegExp(`^(?:${algorithm}=)?([0-9a-f]+)$`).exec(text) ?? [];
    const bytes = Buffer.from(given, 'hex');
    return bytes.length === expected.length && timingSafeEqual(bytes, expected);
  });
}

/** When the caller says that it signed: seconds since 1970. Null without a number. */
function signedAtSeconds(headers: Headers): number | null {
  const text = headers.get(TIMESTAMP_HEADER) ?? '';
  return /^\d{1,12}$/.test(text) ? Number(text) : null;
}

/** What is signed where calls have a time: `<seconds>.<body>`. */
const withTime = (seconds: number, body: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`${seconds}.`), body]);
