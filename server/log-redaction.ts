import { createMasker, type Masker, type NamedSecret } from '#lib/domain/masking/index.ts';
import { isJsonObject, type JsonObject, type JsonValue, setOwn } from '#lib/domain/json.ts';
import { isSecretName, redactText } from './audit/redact.ts';

/** Levels that are followed; a log line that goes deeper says so. */
const DEPTH_MAX = 20;

let platform: readonly NamedSecret[] = [];

/** From now on these stand in no line of the log, in whatever form: the secrets of the platform itself. */
export function keepOutOfLogs(secrets: readonly NamedSecret[]): void {
  platform = [...platform, ...secrets];
}

/**
 * A line of the log as it may be written: without secrets of the platform, without what has the name of a secret, and
 * without what has the shape of one. It looks at the finished line, so no message, field, error or stack passes it by.
 */
export function redactLine(line: string): string {
  const masker = createMasker(platform);
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return redactText(masker.text(line), Infinity);
  }
  if (!isJsonObject(parsed)) return redactText(masker.text(line), Infinity);
  return `${JSON.stringify(redactFields(parsed, masker, 0))}\n`;
}

function redactFields(fields: JsonObject, masker: Masker, depth: number): JsonObject {
  const shown: JsonObject = {};
  for (const [name, value] of Object.entries(fields)) {
    const text = redactText(masker.text(name), Infinity);
    setOwn(shown, text, isSecretName(name) ? conceal(value) : redact(value, masker, depth + 1));
  }
  return shown;
}

function redact(value: JsonValue, masker: Masker, depth: number): JsonValue {
  if (typeof value === 'string') return redactText(masker.text(value), Infinity);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => redact(item, masker, depth + 1));
  return redactFields(value, masker, depth);
}

/** Whether there is one, and how many, is no secret. */
const conceal = (value: JsonValue): JsonValue =>
  typeof value === 'boolean' || typeof value === 'number' || value === null ? value : '[masked]';
