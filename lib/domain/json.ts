/** Any value that JSON can hold. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** An object of JSON values; `unknown` data becomes one only through {@link isJsonObject}. */
export type JsonObject = { [key: string]: JsonValue };

/** True for objects as JSON knows them: no null, no array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets a key as data, even `__proto__`, which a plain assignment would turn into a prototype. */
export function setOwn<T>(object: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    object[key] = value;
  }
}

/** Structural equality: order of keys does not matter, order of items does. */
export function jsonEquals(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) && a.length === b.length && a.every((item, i) => jsonEquals(item, b[i]))
    );
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && jsonEquals(a[key], b[key]));
}

const SHOWN_CHARS_MAX = 120;

/** A value as compact JSON for a sentence, cut after 120 characters. */
export function showJson(value: unknown): string {
  // Text is cut before it is quoted: a payload of a megabyte is not copied for a message.
  const short =
    typeof value === 'string' && value.length > SHOWN_CHARS_MAX
      ? value.slice(0, SHOWN_CHARS_MAX + 1)
      : value;
  const text = JSON.stringify(short) ?? 'nothing';
  return text.length <= SHOWN_CHARS_MAX ? text : `${text.slice(0, SHOWN_CHARS_MAX)}…`;
}

/** The word for a value's type in a sentence: `null`, `a list`, `an object`, `text` … */
export function typeWord(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'a number';
  return typeof value === 'boolean' ? 'true or false' : 'an object';
}
