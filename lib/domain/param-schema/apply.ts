import {
  isJsonObject,
  jsonEquals,
  type JsonObject,
  type JsonValue,
  setOwn,
  showJson,
  typeWord,
} from '../json.ts';
import { childPath } from '../json-path.ts';
import { isKeyTemplate } from '../key-templates.ts';
import { type Formats, problemOfFormat } from './formats.ts';
import type { ParamField, ParamProblem, ParamSchema, ParamType } from './parse.ts';

export type AppliedParams =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly problems: ParamProblem[] };

/**
 * Fills defaults in and checks every parameter. Unknown ones pass; an optional null passes; text that
 * still waits for a key fits every type. `taker` is the subject of the sentences; `formats` are known besides those
 * that every schema may use.
 */
export function applyParamSchema(
  schema: ParamSchema,
  params: JsonObject,
  taker = 'the action',
  formats: Formats = {},
): AppliedParams {
  const problems: ParamProblem[] = [];
  const value = applyFields(schema, params, { path: '', taker, formats, beside: {}, problems });
  return problems.length === 0 ? { ok: true, value } : { ok: false, problems };
}

interface Place {
  readonly path: string;
  readonly taker: string;
  readonly formats: Formats;
  /** Whether the value above is secret: then so is what it holds. */
  readonly isSecret?: boolean;
  /** The parameters of the same object, defaults filled in. */
  readonly beside: JsonObject;
  readonly problems: ParamProblem[];
}

function applyFields(schema: ParamSchema, params: JsonObject, place: Place): JsonObject {
  const beside = withDefaults(schema, params);
  // Defaults first: a process reads them in the order of the schema, its own values after.
  const filled: JsonObject = {};
  for (const [name, field] of Object.entries(schema)) {
    const path = childPath(place.path, name);
    const given = Object.hasOwn(params, name) ? params[name] : undefined;
    const value = given === undefined ? structuredCopy(field.default) : given;
    if (value === undefined || value === null) {
      if (field.required)
        place.problems.push({ path, message: missing(path, value, field, place.taker) });
      if (value === null) setOwn(filled, name, null);
      continue;
    }
    setOwn(filled, name, applyField(field, value, { ...place, beside, path }));
  }
  for (const [name, value] of Object.entries(params)) {
    if (!Object.hasOwn(schema, name)) setOwn(filled, name, value);
  }
  return filled;
}

function withDefaults(schema: ParamSchema, params: JsonObject): JsonObject {
  const filled: JsonObject = {};
  for (const [name, field] of Object.entries(schema)) {
    const value = Object.hasOwn(params, name) ? params[name] : field.default;
    if (value !== undefined) setOwn(filled, name, value);
  }
  return filled;
}

/** A schema's default must not be shared between the parameters of two runs. */
const structuredCopy = (value: JsonValue | undefined): JsonValue | undefined =>
  typeof value === 'object' ? structuredClone(value) : value;

function missing(path: string, value: null | undefined, field: ParamField, taker: string): string {
  const state = value === null ? 'null' : 'missing';
  return `\`${path}\` is ${state}; ${taker} needs ${field.type === null ? 'a value' : TYPE_WORDS[field.type]}.`;
}

const TYPE_WORDS: Record<ParamType, string> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

function applyField(field: ParamField, value: JsonValue, place: Place): JsonValue {
  if (isKeyTemplate(value)) return value;
  const isSecret = field.secret || place.isSecret === true;
  const problem = problemOf(field, value, place);
  if (problem !== null) {
    const shown = isSecret ? 'is not what it should be' : `is ${showJson(value)}`;
    place.problems.push({ path: place.path, message: `\`${place.path}\` ${shown}; ${problem}.` });
    return value;
  }
  if (Array.isArray(value) && field.items) {
    const { items } = field;
    return value.map((item, i) =>
      applyField(items, item, { ...place, isSecret, path: childPath(place.path, i) }),
    );
  }
  if (isJsonObject(value) && field.properties)
    return applyFields(field.properties, value, { ...place, isSecret });
  return value;
}

/** What the taker takes instead; null when the value fits. */
function problemOf(
  field: ParamField,
  value: JsonValue,
  { taker, formats, beside }: Place,
): string | null {
  if (field.type !== null && !hasType(field.type, value)) {
    const kind = typeof value === 'object' ? `, not ${typeWord(value)}` : '';
    return `${taker} takes ${TYPE_WORDS[field.type]}${kind}`;
  }
  if (field.enum && !field.enum.some((choice) => jsonEquals(choice, value))) {
    return `${taker} takes ${field.enum.map((choice) => (typeof choice === 'string' ? choice : showJson(choice))).join(', ')}`;
  }
  const range = problemOfRange(field, value);
  if (range !== null) return `${taker} takes ${range}`;
  if (typeof value === 'string' && field.format !== undefined) {
    const format = problemOfFormat(field.format, value, beside, formats);
    if (format !== null) return `${taker} takes ${format}`;
  }
  return null;
}

function hasType(type: ParamType, value: JsonValue): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
  }
}

function problemOfRange(field: ParamField, value: JsonValue): string | null {
  if (typeof value === 'number') return outside(value, field.minimum, field.maximum, '');
  if (typeof value === 'string') {
    return outside(Array.from(value).length, field.minLength, field.maxLength, ' characters');
  }
  if (Array.isArray(value)) return outside(value.length, field.minItems, field.maxItems, ' items');
  return null;
}

/** "1 to 10", "at least 1 items" */
function outside(
  size: number,
  min: number | undefined,
  max: number | undefined,
  unit: string,
): string | null {
  if ((min === undefined || size >= min) && (max === undefined || size <= max)) return null;
  if (min !== undefined && max !== undefined) return `${min} to ${max}${unit}`;
  return min === undefined ? `at most ${max}${unit}` : `at least ${min}${unit}`;
}
