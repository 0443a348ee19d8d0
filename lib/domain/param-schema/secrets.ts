import { isJsonObject, type JsonObject, type JsonValue, setOwn } from '../json.ts';
import { childPath } from '../json-path.ts';
import { isKeyReference } from '../key-templates.ts';
import { maskText } from '../masking/index.ts';
import type { ParamField, ParamSchema } from './parse.ts';

/** A secret value and the steps that lead to it: names, and indices of lists. */
export interface SecretValue {
  readonly steps: readonly (string | number)[];
  /** `auth.password`, `hosts[0].token` */
  readonly path: string;
  /** See {@link nameOfSecret}. */
  readonly name: string;
  readonly value: JsonValue;
}

export interface SplitParams {
  /** What everybody may see: a mask in the place of each secret, references to keys as they are. */
  readonly visible: JsonObject;
  readonly secrets: readonly SecretValue[];
}

/**
 * Takes the secret values out of parameters, however deep they stand. A reference to a key is no secret; text around
 * one may hold the rest of it, and is.
 */
export function splitSecrets(schema: ParamSchema, params: JsonObject): SplitParams {
  const secrets: SecretValue[] = [];
  const visible = splitFields(schema, params, { steps: [], path: '', secrets });
  return { visible, secrets };
}

/** The parameters as they may be shown. */
export const redactSecrets = (schema: ParamSchema, params: JsonObject): JsonObject =>
  splitSecrets(schema, params).visible;

/** Puts taken values back where they were. The rest is as it was, even if it does not lead there any more. */
export function mergeSecrets(
  visible: JsonObject,
  secrets: readonly Pick<SecretValue, 'steps' | 'value'>[],
): JsonObject {
  const merged = structuredClone(visible);
  for (const { steps, value } of secrets) put(merged, steps, value);
  return merged;
}

/** As masks are named: without brackets, `hosts.0.token`. */
export const nameOfSecret = (steps: SecretValue['steps']): string =>
  steps.join('.').replaceAll(/[[\]\s]/g, ' ');

interface Place {
  readonly steps: readonly (string | number)[];
  readonly path: string;
  readonly secrets: SecretValue[];
}

const below = (place: Place, step: string | number): Place => ({
  secrets: place.secrets,
  steps: [...place.steps, step],
  path: childPath(place.path, step),
});

function splitFields(schema: ParamSchema, params: JsonObject, place: Place): JsonObject {
  const shown: JsonObject = {};
  for (const [name, value] of Object.entries(params)) {
    const field = Object.hasOwn(schema, name) ? schema[name] : undefined;
    setOwn(shown, name, field ? split(field, value, below(place, name)) : value);
  }
  return shown;
}

function split(field: ParamField, value: JsonValue, place: Place): JsonValue {
  if (value === null || isKeyReference(value)) return value;
  const { items, properties } = field;
  if (!field.secret) {
    if (isJsonObject(value) && properties) return splitFields(properties, value, place);
    if (Array.isArray(value) && items)
      return value.map((item, at) => split(items, item, below(place, at)));
    // Something else stands where secrets belong, text with a key in it for one: it may hold them all.
    if (!holdsSecrets(field)) return value;
  }
  const { steps, path, secrets } = place;
  const name = nameOfSecret(steps);
  secrets.push({ steps, path, name, value });
  return maskText(name);
}

const holdsSecrets = ({ secret, items, properties }: ParamField): boolean =>
  secret ||
  (items !== undefined && holdsSecrets(items)) ||
  (properties !== undefined && Object.values(properties).some(holdsSecrets));

function put(root: JsonObject, steps: readonly (string | number)[], value: JsonValue): void {
  let here: JsonValue = root;
  for (const [at, step] of steps.entries()) {
    const isLast = at === steps.length - 1;
    if (Array.isArray(here) && typeof step === 'number') {
      if (isLast) here[step] = value;
      here = here[step] ?? null;
    } else if (isJsonObject(here) && typeof step === 'string') {
      if (isLast) setOwn(here, step, value);
      here = (Object.hasOwn(here, step) ? here[step] : null) ?? null;
    } else return;
  }
}
