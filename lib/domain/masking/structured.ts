import { isJsonObject, type JsonValue } from '../json.ts';

/** The texts and numbers inside a structured secret, each of them secret on its own. */
export function leafTexts(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(leafTexts);
  if (isJsonObject(value)) return Object.values(value).flatMap(leafTexts);
  return []; // true, false and null are words of every log
}

/** A stored key as what a masker takes: its text, or its JSON, whose leaves the masker finds itself. */
export function secretsFromValue(
  name: string,
  value: JsonValue,
): { name: string; value: string }[] {
  if (value === null || typeof value === 'boolean') return [];
  return [{ name, value: typeof value === 'string' ? value : JSON.stringify(value) }];
}
