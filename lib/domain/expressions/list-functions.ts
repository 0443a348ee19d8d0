import {
  isJsonObject,
  jsonEquals,
  type JsonObject,
  type JsonValue,
  setOwn,
  typeWord,
} from '../json.ts';
import { readKey } from '../json-path.ts';
import { clampIndex, listArg, objectArg, textArg, wholeArg } from './arguments.ts';
import type { ExpressionFunction, FunctionCall } from './function-call.ts';
import { compare } from './order.ts';
import { ExpressionError } from './syntax.ts';

const takes = (
  argsMin: number,
  argsMax: number,
  call: (call: FunctionCall) => JsonValue,
): ExpressionFunction => ({ argsMin, argsMax, call });

/** Functions of lists, objects and texts as sequences. */
export const listFunctions: Readonly<Record<string, ExpressionFunction>> = {
  length: takes(1, 1, length),
  keys: takes(1, 1, (call) => Object.keys(objectArg(call, 0))),
  values: takes(1, 1, (call) => Object.values(objectArg(call, 0))),
  contains: takes(2, 2, (call) => contains(call.args[0] ?? null, call.args[1] ?? null)),
  reversed: takes(1, 1, reversed),
  sort: takes(1, 1, (call) => listArg(call, 0).toSorted(compare)),
  unique: takes(1, 1, unique),
  flat: takes(1, 1, (call) => within(call, listArg(call, 0).flat())),
  zip: takes(2, 10, zip),
  range: takes(1, 3, range),
  slice: takes(2, 3, slice),
  index_of: takes(2, 2, indexOf),
  count: takes(1, 2, count),
  merge: takes(1, 10, merge),
  chunks: takes(2, 2, chunks),
  map: takes(1, 2, map),
  list: takes(1, 1, list),
  first: takes(1, 1, (call) => listArg(call, 0)[0] ?? null),
  last: takes(1, 1, (call) => listArg(call, 0).at(-1) ?? null),
};

/** `needle in haystack`: a part of a text, an item of a list, a key of an object. */
export function contains(haystack: JsonValue, needle: JsonValue): boolean {
  if (typeof haystack === 'string') {
    if (typeof needle === 'string') return haystack.includes(needle);
    throw new ExpressionError(`A text contains texts; it was asked for ${typeWord(needle)}.`);
  }
  if (Array.isArray(haystack)) return haystack.some((item) => jsonEquals(item, needle));
  if (isJsonObject(haystack)) return typeof needle === 'string' && Object.hasOwn(haystack, needle);
  if (haystack === null) return false;
  throw new ExpressionError(`${typeWord(haystack)} contains nothing.`);
}

function within({ budget }: FunctionCall, items: JsonValue[]): JsonValue[] {
  budget.items(items.length);
  return items;
}

function length({ args }: FunctionCall): number {
  const value = args[0] ?? null;
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (isJsonObject(value)) return Object.keys(value).length;
  if (value === null) return 0;
  throw new ExpressionError(`${typeWord(value)} has no length.`);
}

function reversed(call: FunctionCall): JsonValue {
  const value = call.args[0];
  return typeof value === 'string'
    ? Array.from(value).toReversed().join('')
    : listArg(call, 0).toReversed();
}

function unique(call: FunctionCall): JsonValue[] {
  const seen = new Set<string>();
  const items: JsonValue[] = [];
  for (const item of listArg(call, 0)) {
    const key = canonical(item);
    if (seen.has(key)) continue;
    seen.add(key);
    items.push(item);
  }
  return items;
}

/** Equal values have equal texts: keys are in order. */
function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`;
}

function zip(call: FunctionCall): JsonValue[] {
  const lists = call.args.map((_, i) => listArg(call, i));
  const shortest = Math.min(...lists.map((items) => items.length));
  return Array.from({ length: shortest }, (_, i) => lists.map((items) => items[i] ?? null));
}

/** `range(end)`, `range(start, end)`, `range(start, end, step)`; the end is not in it. */
function range(call: FunctionCall): number[] {
  const first = wholeArg(call, 0);
  const [start, end] = call.args.length === 1 ? [0, first] : [first, wholeArg(call, 1)];
  const step = call.args.length > 2 ? wholeArg(call, 2) : 1;
  if (step === 0) throw new ExpressionError('The step of `range` is 0.');
  const items = Math.max(0, Math.ceil((end - start) / step));
  call.budget.items(items);
  return Array.from({ length: items }, (_, i) => start + i * step);
}

function slice(call: FunctionCall): JsonValue {
  const value = call.args[0];
  const sequence = typeof value === 'string' ? value : listArg(call, 0);
  const from = clampIndex(wholeArg(call, 1), sequence.length);
  const isOpen = call.args.length < 3 || call.args[2] === null;
  const to = isOpen ? sequence.length : clampIndex(wholeArg(call, 2), sequence.length);
  return sequence.slice(from, Math.max(from, to));
}

/** -1 when it is not there. */
function indexOf(call: FunctionCall): number {
  const [value, wanted = null] = call.args;
  if (typeof value === 'string') return value.indexOf(textArg(call, 1));
  return listArg(call, 0).findIndex((item) => jsonEquals(item, wanted));
}

function count(call: FunctionCall): number {
  if (call.args.length === 1) return length(call);
  const [value, wanted = null] = call.args;
  if (typeof value === 'string') {
    const part = textArg(call, 1);
    return part === '' ? 0 : value.split(part).length - 1;
  }
  return listArg(call, 0).filter((item) => jsonEquals(item, wanted)).length;
}

/** Objects: later keys win. Lists: one after the other. */
function merge(call: FunctionCall): JsonValue {
  if (Array.isArray(call.args[0])) {
    return within(
      call,
      call.args.flatMap((_, i) => listArg(call, i)),
    );
  }
  const merged: JsonObject = {};
  for (const i of call.args.keys()) {
    for (const [key, item] of Object.entries(objectArg(call, i))) setOwn(merged, key, item);
  }
  return merged;
}

function chunks(call: FunctionCall): JsonValue[] {
  const items = listArg(call, 0);
  const size = wholeArg(call, 1);
  if (size < 1) throw new ExpressionError(`\`chunks\` makes pieces of 1 or more, not of ${size}.`);
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

/** `map(attribute="name")`: one field of every item; missing ones are null. */
function map(call: FunctionCall): JsonValue[] {
  const attribute = call.named.get('attribute') ?? call.args[1];
  if (typeof attribute !== 'string') {
    throw new ExpressionError('`map` takes the name of a field: `map(attribute="name")`.');
  }
  const steps = attribute.split('.');
  return listArg(call, 0).map((item) =>
    steps.reduce<JsonValue>(
      (value, step) => (isJsonObject(value) ? (readKey(value, step) ?? null) : null),
      item,
    ),
  );
}

function list(call: FunctionCall): JsonValue[] {
  const value = call.args[0] ?? null;
  if (typeof value === 'string') return within(call, Array.from(value));
  return isJsonObject(value) ? Object.keys(value) : listArg(call, 0);
}
