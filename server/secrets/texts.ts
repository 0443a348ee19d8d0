import type { JsonValue } from '#lib/domain/json.ts';

/** Every text and number in a value: what could show up in an output. */
export function textsOf(value: JsonValue): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}
