import { isJsonObject, type JsonObject, type JsonValue, setOwn } from '../json.ts';
import { childPath } from '../json-path.ts';
import { isKeyTemplate } from '../key-templates.ts';
import { maskText } from '../masking/index.ts';
import type { ParamField, ParamSchema } from './parse.ts';

/** Dotted names of the parameters that are marked `secret`. */
export function secretFields(schema: ParamSchema, path = ''): string[] {
  return Object.entries(schema).flatMap(([name, field]) => {
    const at = childPath(path, name);
    if (field.secret) return [at];
    return field.properties ? secretFields(field.properties, at) : [];
  });
}

/** The parameters as they may be shown: secret values as a mask, references to keys as they are. */
export function redactSecrets(schema: ParamSchema, params: JsonObject): JsonObject {
  return redactFields(schema, params, '');
}

function redactFields(schema: ParamSchema, params: JsonObject, path: string): JsonObject {
  const shown: JsonObject = {};
  for (const [name, value] of Object.entries(params)) {
    const field = Object.hasOwn(schema, name) ? schema[name] : undefined;
    setOwn(shown, name, field ? redact(field, value, childPath(path, name)) : value);
  }
  return shown;
}

/** Only a whole reference is one; text around it may hold the rest of a secret. */
const isReference = (value: JsonValue): boolean =>
  typeof value === 'string' && isKeyTemplate(value) && /^\s*\{\{[^{}]*\}\}\s*$/.test(value);

function redact(field: ParamField, value: JsonValue, path: string): JsonValue {
  if (value === null || isReference(value)) return value;
  if (field.secret) return maskText(path);
  if (isJsonObject(value) && field.properties) return redactFields(field.properties, value, path);
  if (Array.isArray(value) && field.items) {
    const { items } = field;
    return value.map((item, i) => redact(items, item, childPath(path, i)));
  }
  return value;
}
