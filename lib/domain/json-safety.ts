import { type JsonValue, setOwn } from './json.ts';
import { childPath } from './json-path.ts';

/** What Postgres' jsonb refuses: U+0000, half of a surrogate pair, and nesting without end. */
export interface Unstorable {
  readonly path: string;
  readonly reason: string;
}

const NUL = '\u0000';
const REPLACEMENT = '\uFFFD';

const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Far more than data needs, far less than the database's stack and ours bear. */
export const JSON_DEPTH_MAX = 512;

const isStorable = (text: string): boolean => !text.includes(NUL) && text.isWellFormed();

const reasonOf = (text: string): string =>
  text.includes(NUL)
    ? 'holds the character U+0000, which cannot be stored'
    : 'holds half of a surrogate pair, which cannot be stored';

/** The first text, key or value, that the database would refuse; null when all of it can be stored. */
export function findUnstorable(value: unknown): Unstorable | null {
  return search(value, '', 0);
}

function search(value: unknown, path: string, depth: number): Unstorable | null {
  if (typeof value === 'string') {
    return isStorable(value) ? null : { path, reason: reasonOf(value) };
  }
  if (typeof value !== 'object' || value === null) return null;
  if (depth === JSON_DEPTH_MAX) {
    return { path: firstSteps(path), reason: `is nested deeper than ${JSON_DEPTH_MAX} levels` };
  }
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      const found = search(item, childPath(path, i), depth + 1);
      if (found) return found;
    }
    return null;
  }
  for (const [key, item] of Object.entries(value)) {
    if (!isStorable(key)) {
      const shown = childPath(path, sanitizeText(key).value);
      return { path: shown, reason: `the key ${reasonOf(key)}` };
    }
    const found = search(item, childPath(path, key), depth + 1);
    if (found) return found;
  }
  return null;
}

const firstSteps = (path: string): string => (path.length <= 80 ? path : `${path.slice(0, 80)}…`);

/** Puts U+FFFD in place of what cannot be stored, and counts it. */
export function sanitizeText(text: string): { value: string; replaced: number } {
  if (isStorable(text)) return { value: text, replaced: 0 };
  let replaced = 0;
  const replace = (): string => {
    replaced++;
    return REPLACEMENT;
  };
  const value = text.replaceAll(NUL, replace).replaceAll(LONE_SURROGATE, replace);
  return { value, replaced };
}

/** Like {@link sanitizeText} for every text in a value, keys included; the same value when none needs it. */
export function sanitizeJson(value: JsonValue): { value: JsonValue; replaced: number } {
  if (findUnstorable(value) === null) return { value, replaced: 0 };
  let replaced = 0;
  const clean = (text: string): string => {
    const result = sanitizeText(text);
    replaced += result.replaced;
    return result.value;
  };
  const walk = (item: JsonValue, depth: number): JsonValue => {
    if (typeof item === 'string') return clean(item);
    if (typeof item !== 'object' || item === null) return item;
    if (depth === JSON_DEPTH_MAX) {
      replaced++;
      return REPLACEMENT;
    }
    if (Array.isArray(item)) return item.map((child) => walk(child, depth + 1));
    const copy: Record<string, JsonValue> = {};
    for (const [key, child] of Object.entries(item))
      setOwn(copy, clean(key), walk(child, depth + 1));
    return copy;
  };
  // In two steps: the count is complete only after the walk.
  const cleaned = walk(value, 0);
  return { value: cleaned, replaced };
}
