import { isJsonObject, type JsonObject, type JsonValue } from '#lib/domain/json.ts';

export type FieldType = 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';

/** One entry of a flat parameter schema, ready for a form. */
export interface SchemaField {
  readonly name: string;
  readonly type: FieldType;
  readonly description: string | null;
  readonly required: boolean;
  readonly fallback: JsonValue | undefined;
  /** Null: anything goes. */
  readonly choices: readonly JsonValue[] | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly secret: boolean;
}

const TYPES: ReadonlySet<string> = new Set([
  'string',
  'integer',
  'number',
  'boolean',
  'array',
  'object',
]);

/** The fields of a flat schema: those with a position first, in that order, then as they are written. */
export function schemaFields(schema: unknown): SchemaField[] {
  if (!isJsonObject(schema)) return [];
  const entries = Object.entries(schema).filter((entry): entry is [string, JsonObject] =>
    isJsonObject(entry[1]),
  );
  return entries
    .map(([name, about], index) => ({
      field: toField(name, about),
      order: numberOr(about['position'], 1000 + index),
    }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ field }) => field);
}

function toField(name: string, about: JsonObject): SchemaField {
  const type = typeof about['type'] === 'string' ? about['type'] : 'string';
  return {
    name,
    type: TYPES.has(type) ? (type as FieldType) : 'string',
    description: typeof about['description'] === 'string' ? about['description'] : null,
    required: about['required'] === true,
    fallback: about['default'],
    choices: Array.isArray(about['enum']) ? about['enum'] : null,
    minimum: typeof about['minimum'] === 'number' ? about['minimum'] : null,
    maximum: typeof about['maximum'] === 'number' ? about['maximum'] : null,
    secret: about['secret'] === true,
  };
}

const numberOr = (value: JsonValue | undefined, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;

/** `integer, 0 to 300, required`: what stands beneath a field's name. */
export function describeField(field: SchemaField): string {
  const words = [field.secret ? `secret ${field.type}` : field.type, bounds(field)];
  // A required field with a default need not be filled in, so it is not called required.
  if (field.required && field.fallback === undefined) words.push('required');
  return words.filter(Boolean).join(', ');
}

function bounds({ minimum, maximum }: SchemaField): string {
  if (minimum !== null && maximum !== null) return `${minimum} to ${maximum}`;
  if (minimum !== null) return `${minimum} or more`;
  return maximum === null ? '' : `at most ${maximum}`;
}
