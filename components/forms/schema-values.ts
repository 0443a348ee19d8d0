import { showJson, isJsonObject, type JsonObject, type JsonValue } from '#lib/domain/json.ts';
import type { SchemaField } from './schema-fields.ts';

/** What stands in a form: one text per field, empty for "not given", and what the schema does not name. */
export interface SchemaDraft {
  readonly texts: Readonly<Record<string, string>>;
  /** Kept as it was: an older schema may have known these. */
  readonly others: JsonObject;
}

export interface DraftResult {
  readonly values: JsonObject;
  /** By field: what does not fit and what would. */
  readonly problems: Readonly<Record<string, string>>;
}

/** Whether a text holds a `{{ template }}`. */
export const hasTemplate = (text: string): boolean => /\{\{[^]*?\}\}/.test(text);

const isPureTemplate = (text: string): boolean => /^\s*\{\{(?:(?!\}\})[^])*\}\}\s*$/.test(text);

/** The form of existing values; defaults stay out, so that they stay defaults. */
export function draftOf(fields: readonly SchemaField[], values: JsonObject): SchemaDraft {
  const names = new Set(fields.map(({ name }) => name));
  const given = fields.filter(({ name }) => Object.hasOwn(values, name));
  return {
    texts: Object.fromEntries(
      given.map((field) => [field.name, textOf(field, values[field.name])]),
    ),
    others: Object.fromEntries(Object.entries(values).filter(([name]) => !names.has(name))),
  };
}

/** A value as the text that gives it back. */
export function textOf(field: SchemaField, value: JsonValue | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value === '' ? '""' : value;
  if (field.type !== 'array' && field.type !== 'object') return JSON.stringify(value);
  const compact = JSON.stringify(value);
  return compact.length > 60 ? JSON.stringify(value, null, 2) : compact;
}

/** The values of a form, and what is wrong with it; fields with a problem are left out. */
export function valuesOf(fields: readonly SchemaField[], draft: SchemaDraft): DraftResult {
  const values: JsonObject = { ...draft.others };
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const text = draft.texts[field.name] ?? '';
    const read = readText(field, text);
    if ('problem' in read) problems[field.name] = read.problem;
    else if (read.value !== undefined) values[field.name] = read.value;
  }
  return { values, problems };
}

type Read = { readonly value: JsonValue | undefined } | { readonly problem: string };

function readText(field: SchemaField, text: string): Read {
  if (text.trim() === '') {
    return field.required && field.fallback === undefined
      ? { problem: `\`${field.name}\` is required.` }
      : { value: undefined };
  }
  // What a template becomes is known when an event comes; the preview says it.
  if (isPureTemplate(text)) return { value: text.trim() };
  switch (field.type) {
    case 'string':
      return readChoice(field, text === '""' ? '' : text);
    case 'integer':
    case 'number':
      return hasTemplate(text) ? { value: text } : readNumber(field, text);
    case 'boolean':
      return readBoolean(field, text.trim());
    case 'array':
    case 'object':
      return readJson(field, text);
  }
}

function readChoice(field: SchemaField, value: JsonValue): Read {
  if (
    field.choices === null ||
    field.choices.includes(value) ||
    (typeof value === 'string' && hasTemplate(value))
  ) {
    return { value };
  }
  return {
    problem: `\`${field.name}\` is ${worded(value)}; it takes ${field.choices.map(worded).join(', ')}.`,
  };
}

function readNumber(field: SchemaField, text: string): Read {
  const { name, type, minimum, maximum } = field;
  const value = Number(text);
  if (!Number.isFinite(value))
    return { problem: `\`${name}\` is “${text.trim()}”; it takes a number.` };
  if (type === 'integer' && !Number.isInteger(value))
    return { problem: `\`${name}\` is ${value}; it takes a whole number.` };
  if (minimum !== null && value < minimum)
    return { problem: `\`${name}\` is ${value}; it takes ${minimum} or more.` };
  if (maximum !== null && value > maximum)
    return { problem: `\`${name}\` is ${value}; it takes at most ${maximum}.` };
  return readChoice(field, value);
}

function readBoolean(field: SchemaField, text: string): Read {
  if (text === 'true' || text === 'false') return { value: text === 'true' };
  return { problem: `\`${field.name}\` is “${text}”; it takes true or false.` };
}

function readJson(field: SchemaField, text: string): Read {
  const value = parseJson(text);
  const wanted = field.type === 'array' ? 'a JSON list, [ … ]' : 'a JSON object, { … }';
  if (value === undefined) return { problem: `\`${field.name}\` is no JSON; it takes ${wanted}.` };
  const fits = field.type === 'array' ? Array.isArray(value) : isJsonObject(value);
  return fits ? { value } : { problem: `\`${field.name}\` takes ${wanted}.` };
}

/** The value of a JSON text; undefined when it is none. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Text as it is, all else as JSON. */
const worded = (value: JsonValue): string => (typeof value === 'string' ? value : showJson(value));
