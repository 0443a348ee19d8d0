import { type JsonValue, setOwn } from './json.ts';

/**
 * `{{ key.<canonical ref> }}` stands in parameters until the worker puts the value in for the process.
 *
 * Only a template that an author wrote is one. Data of an event may hold the same characters; rendering
 * writes their braces as `{{ '{{' }}`, which resolving turns back, so that no event can ask for a key.
 */
const KEY_TEMPLATE = /\{\{\s*key\.([A-Za-z0-9_@.-]+)\s*\}\}/g;
const TEMPLATE_OR_ESCAPE = /\{\{\s*key\.([A-Za-z0-9_@.-]+)\s*\}\}|\{\{ '\{\{' \}\}/g;
const NEEDS_ESCAPE = /\{\{(?=\s*key\.| '\{\{' \}\})/g;
const PURE = /^\s*\{\{\s*key\.([A-Za-z0-9_@.-]+)\s*\}\}\s*$/;

const ESCAPE = "{{ '{{' }}";

/** True for text that a key will be put into: its type is known only then. */
export function isKeyTemplate(value: unknown): boolean {
  return typeof value === 'string' && value.includes('{{') && value.search(KEY_TEMPLATE) !== -1;
}

/** True for text that is one reference to a key and nothing else: it tells no part of a value. */
export const isKeyReference = (value: unknown): boolean =>
  typeof value === 'string' && PURE.test(value);

/** The refs of all keys that a value asks for, each once. */
export function listKeyRefs(value: JsonValue): string[] {
  const refs = new Set<string>();
  const walk = (item: JsonValue): void => {
    if (typeof item === 'string') {
      if (!item.includes('{{')) return;
      for (const [, ref] of item.matchAll(KEY_TEMPLATE)) if (ref) refs.add(ref);
    } else if (typeof item === 'object' && item !== null) {
      for (const child of Object.values(item)) walk(child);
    }
  };
  walk(value);
  return [...refs];
}

/** Makes data's own braces harmless; see above. */
export function escapeKeyTemplates(text: string): string {
  return text.includes('{{') ? text.replaceAll(NEEDS_ESCAPE, () => ESCAPE) : text;
}

/** The same for every text in a value. */
export function escapeData(value: JsonValue): JsonValue {
  return mapTexts(value, escapeKeyTemplates);
}

/**
 * Puts the values of keys in, for the process and nobody else. A text that is one template takes the
 * key's type; inside other text a value is written out, objects as JSON. A missing key gives null or ''.
 *
 * Has to run for every rendered value, with or without keys: it also turns escaped data back.
 */
export function resolveKeys(
  value: JsonValue,
  lookup: (ref: string) => JsonValue | undefined,
): { value: JsonValue; missing: string[] } {
  const missing = new Set<string>();
  const find = (ref: string): JsonValue => {
    const found = lookup(ref);
    if (found === undefined) missing.add(ref);
    return found ?? null;
  };
  const resolved = mapTexts(value, (text) => {
    if (!text.includes('{{')) return text;
    const pure = PURE.exec(text)?.[1];
    if (pure !== undefined) return find(pure);
    return text.replaceAll(TEMPLATE_OR_ESCAPE, (_, ref: string | undefined) =>
      ref === undefined ? '{{' : textOf(find(ref)),
    );
  });
  return { value: resolved, missing: [...missing] };
}

/** How a value reads inside other text. */
export function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The same object when no text changed, which is nearly always. */
function mapTexts(value: JsonValue, change: (text: string) => JsonValue): JsonValue {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => mapTexts(item, change));
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  const copy: Record<string, JsonValue> = {};
  let changed = false;
  for (const [key, item] of Object.entries(value)) {
    const mapped = mapTexts(item, change);
    changed ||= mapped !== item;
    setOwn(copy, key, mapped);
  }
  return changed ? copy : value;
}
