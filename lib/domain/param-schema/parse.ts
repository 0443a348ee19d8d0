import { isJsonObject, type JsonObject, type JsonValue, showJson, typeWord } from '../json.ts';
import { childPath } from '../json-path.ts';

export const PARAM_TYPES = ['string', 'integer', 'number', 'boolean', 'array', 'object'] as const;

export type ParamType = (typeof PARAM_TYPES)[number];

/** One parameter. What is absent does not bind. */
export interface ParamField {
  /** Null: any type. */
  readonly type: ParamType | null;
  readonly description: string | null;
  readonly required: boolean;
  readonly secret: boolean;
  /** Undefined: no default; null is one. */
  readonly default?: JsonValue;
  readonly enum?: readonly JsonValue[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Order in a form; parameters without one come after those with one. */
  readonly position?: number;
  readonly format?: string;
  readonly items?: ParamField;
  readonly properties?: ParamSchema;
}

/** Parameters by name, in the order in which they were written. */
export type ParamSchema = Readonly<Record<string, ParamField>>;

export interface ParamProblem {
  /** Dotted: `parameters` of an action are its root. */
  readonly path: string;
  readonly message: string;
}

export type ParsedParamSchema =
  | { readonly ok: true; readonly schema: ParamSchema }
  | { readonly ok: false; readonly problems: ParamProblem[] };

const NUMBERS = ['minimum', 'maximum', 'position'] as const;
const COUNTS = ['minLength', 'maxLength', 'minItems', 'maxItems'] as const;
const SNAKE: Readonly<Record<string, string>> = {
  minLength: 'min_length',
  maxLength: 'max_length',
  minItems: 'min_items',
  maxItems: 'max_items',
};
const DEPTH_MAX = 10;

/** Reads the flat schema of packs: `{name: {type, required, default, …}}`. Nothing is an empty one. */
export function parseParamSchema(input: unknown): ParsedParamSchema {
  const problems: ParamProblem[] = [];
  const schema = parseFields(input ?? {}, '', 0, problems);
  return problems.length === 0 ? { ok: true, schema } : { ok: false, problems };
}

function parseFields(
  input: unknown,
  path: string,
  depth: number,
  problems: ParamProblem[],
): ParamSchema {
  const refuse = (at: string, message: string): void => void problems.push({ path: at, message });
  if (!isJsonObject(input)) {
    refuse(path, `A schema maps names to parameters; this is ${typeWord(input)}.`);
    return {};
  }
  if (typeof input['type'] === 'string' && isJsonObject(input['properties'])) {
    refuse(
      path,
      'This is JSON Schema; list the parameters directly: `name: {type: string, required: true}`.',
    );
    return {};
  }
  const fields: [string, ParamField][] = [];
  for (const [name, value] of Object.entries(input)) {
    const at = childPath(path, name);
    if (name === '__proto__') refuse(at, 'A parameter cannot have this name.');
    else fields.push([name, parseField(value, at, depth, problems)]);
  }
  return Object.fromEntries(fields);
}

function parseField(
  input: unknown,
  path: string,
  depth: number,
  problems: ParamProblem[],
): ParamField {
  const refuse = (key: string, message: string): void => {
    problems.push({ path: key === '' ? path : childPath(path, key), message });
  };
  const empty: ParamField = { type: null, description: null, required: false, secret: false };
  if (!isJsonObject(input)) {
    refuse('', `A parameter is an object like \`{type: string}\`; this is ${typeWord(input)}.`);
    return empty;
  }
  if (depth > DEPTH_MAX) {
    refuse('', `Parameters may be nested ${DEPTH_MAX} levels.`);
    return empty;
  }
  const type = readType(input['type'], refuse);
  const bool = (key: string): boolean => {
    const value = input[key] ?? false;
    if (typeof value !== 'boolean')
      refuse(key, `\`${key}\` is ${showJson(value)}; it is true or false.`);
    return value === true;
  };
  const bounds: Record<string, number> = {};
  for (const key of [...NUMBERS, ...COUNTS]) {
    const value = input[key] ?? input[SNAKE[key] ?? key] ?? null;
    if (value === null) continue;
    const fits =
      typeof value === 'number' &&
      (NUMBERS.includes(key as never) || (Number.isInteger(value) && value >= 0));
    if (fits) bounds[key] = value;
    else
      refuse(
        key,
        `\`${key}\` is ${showJson(value)}; it is a number${NUMBERS.includes(key as never) ? '' : ', whole and not below 0'}.`,
      );
  }
  const choices = input['enum'] ?? null;
  if (choices !== null && (!Array.isArray(choices) || choices.length === 0)) {
    refuse('enum', `\`enum\` is ${showJson(choices)}; it is a list of at least one value.`);
  }
  const format = input['format'] ?? null;
  if (format !== null && typeof format !== 'string') refuse('format', '`format` is text.');
  return {
    type,
    description: typeof input['description'] === 'string' ? input['description'] : null,
    required: bool('required'),
    secret: bool('secret'),
    ...(input['default'] !== undefined && { default: input['default'] }),
    ...(Array.isArray(choices) && choices.length > 0 && { enum: choices }),
    ...bounds,
    ...(typeof format === 'string' && { format }),
    ...nested(input, path, depth, problems),
  };
}

function nested(
  input: JsonObject,
  path: string,
  depth: number,
  problems: ParamProblem[],
): Pick<ParamField, 'items' | 'properties'> {
  const { items, properties } = input;
  return {
    ...(items !== undefined &&
      items !== null && {
        items: parseField(items, childPath(path, 'items'), depth + 1, problems),
      }),
    ...(properties !== undefined &&
      properties !== null && {
        properties: parseFields(properties, childPath(path, 'properties'), depth + 1, problems),
      }),
  };
}

function readType(
  value: unknown,
  refuse: (key: string, message: string) => void,
): ParamType | null {
  if (value === undefined || value === null || value === 'any') return null;
  const known = PARAM_TYPES.find((type) => type === value);
  if (known) return known;
  refuse('type', `${showJson(value)} is no type. Known: ${PARAM_TYPES.join(', ')}.`);
  return null;
}
