import type { JsonValue } from './json.ts';

/** Names that lead out of the data and into the language; no path ever follows them. */
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const NAME = /[^.[\]\s"']+/y;
const INDEX = /\[(\d+)\]/y;
const QUOTED = /\["((?:[^"\\]|\\.)*)"\]|\['((?:[^'\\]|\\.)*)'\]/y;

/**
 * The steps of `a.b`, `a[0].b`, `a.0.b` or `a["with a.dot"]`.
 *
 * @returns null when the text is no path
 */
export function parsePath(text: string): string[] | null {
  const steps: string[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at += match[0].length;
    return match;
  };
  while (at < text.length) {
    if (text[at] === '[') {
      const match = take(INDEX) ?? take(QUOTED);
      if (!match) return null;
      steps.push((match[1] ?? match[2] ?? '').replaceAll(/\\(.)/g, '$1'));
    } else {
      if (steps.length > 0) {
        if (text[at] !== '.') return null;
        at++;
      }
      const match = take(NAME);
      if (!match) return null;
      steps.push(match[0]);
    }
  }
  return steps.length > 0 ? steps : null;
}

const LIST_INDEX = /^(?:0|[1-9]\d{0,9})$/;

/** What stands at `steps` below `value`; undefined when the way ends before. */
export function readPath(
  value: unknown,
  steps: readonly string[],
  from = 0,
): JsonValue | undefined {
  let here: unknown = value;
  for (let i = from; i < steps.length; i++) {
    const step = steps[i] ?? '';
    if (typeof here !== 'object' || here === null) return undefined;
    if (Array.isArray(here)) here = LIST_INDEX.test(step) ? here[Number(step)] : undefined;
    else here = readKey(here, step);
  }
  return here as JsonValue | undefined;
}

/** An object's own value; undefined for what it only inherits, and for names of the language. */
export function readKey(object: object, key: string): JsonValue | undefined {
  if (FORBIDDEN.has(key) || !Object.hasOwn(object, key)) return undefined;
  return (object as Record<string, JsonValue>)[key];
}

/** Where a value has the key `__proto__`, which libraries drop or follow without a word; null when it has none. */
export function findForbiddenKey(value: unknown, path = ''): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const isList = Array.isArray(value);
  for (const [key, child] of Object.entries(value)) {
    const at = childPath(path, isList ? Number(key) : key);
    if (!isList && key === '__proto__') return at;
    const found = findForbiddenKey(child, at);
    if (found !== null) return found;
  }
  return null;
}

/** `a`, `a.b`, `a[0]`: the path of a child, for messages. */
export function childPath(parent: string, child: string | number): string {
  if (typeof child === 'number') return `${parent}[${child}]`;
  const step = /^[^.[\]\s"']+$/.test(child) ? child : `[${JSON.stringify(child)}]`;
  if (parent === '') return step;
  return step.startsWith('[') ? parent + step : `${parent}.${step}`;
}
