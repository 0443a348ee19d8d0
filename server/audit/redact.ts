import { sanitizeText } from '#lib/domain/json-safety.ts';
import { type JsonObject, type JsonValue, setOwn } from '#lib/domain/json.ts';

/** What stands where something secret would have stood. */
export const REDACTED = '[redacted]';

const DEPTH_MAX = 6;
const ITEMS_MAX = 200;
const TEXT_CHARS_MAX = 2_000;

/** Words that a name ends with when its value is nobody's business; `token_type` and `key_id` are not among them. */
const SECRET_NAME =
  /(?:^|[._-]|[a-z](?=[A-Z]))(?:password|passwd|passphrase|pwd|secret|token|authorization|cookie|credential|private[._-]?key|api[._-]?key|access[._-]?key|client[._-]?key|signature|ciphertext|password[._-]?hash)s?$/i;

export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

/** What gives itself away by its shape, wherever it stands: replaced up to its end. */
const SECRET_SHAPES: readonly RegExp[] = [
  /\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g, // a JWT
  /\battune_it_[\w-]+/g, // an API token of ours
  /\bwh_[0-9a-f]{32}\b/g, // the key of a webhook
  /\b(?:Bearer|Basic|Digest)\s+[\w.~+/=-]{8,}/gi,
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
  /(?<=:\/\/)[^\s/@:]*:[^\s/@]+(?=@)/g, // user and password of a URL
  /\$argon2\w*\$[\w$,=+/.-]+/g,
];

/**
 * The facts of an audit record as they may be stored: by name and by shape without secrets, in bounds, and nothing that
 * Postgres would refuse. It is the second line of defence: whoever records puts no value of a secret in.
 */
export function redactDetails(details: Readonly<Record<string, unknown>>): JsonObject {
  const redacted = redact(details, 0);
  return redacted as JsonObject; // an object in is an object out
}

/** One text for a column: a login as somebody typed it, an address, a path. */
export function redactText(text: string, charsMax = TEXT_CHARS_MAX): string {
  let shown = sanitizeText(text).value;
  for (const shape of SECRET_SHAPES) shown = shown.replaceAll(shape, REDACTED);
  return shown.length <= charsMax ? shown : `${shown.slice(0, charsMax).toWellFormed()}…`;
}

function redact(value: unknown, depth: number): JsonValue {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object') return null;
  if (depth >= DEPTH_MAX) return '[deeper]';
  if (Array.isArray(value)) {
    const items = value.slice(0, ITEMS_MAX).map((item) => redact(item, depth + 1));
    return value.length > ITEMS_MAX ? [...items, `[${value.length - ITEMS_MAX} more]`] : items;
  }
  const copy: Record<string, JsonValue> = {};
  for (const [name, item] of Object.entries(value).slice(0, ITEMS_MAX)) {
    if (item === undefined) continue;
    const isSecret = isSecretName(name) && typeof item !== 'boolean' && item !== null;
    setOwn(copy, redactText(name), isSecret ? REDACTED : redact(item, depth + 1));
  }
  return copy;
}
