import type { JsonValue } from '../json.ts';

/** As in Python: empty text, list and object, 0, false and null are not true. */
export function isTruthy(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}
