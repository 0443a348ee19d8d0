import { jsonEquals, type JsonObject, setOwn } from '#lib/domain/json.ts';
import {
  applyParamSchema,
  parseParamSchema,
  type ParamSchema,
  redactSecrets,
  splitSecrets,
} from '#lib/domain/param-schema.ts';
import { type ErrorDetail, unprocessable } from '#lib/errors.ts';

/**
 * The config of a sensor as it is to be stored. What a reader was shown as a mask stays what it was, so that a config
 * can be read, changed and sent back; a new secret is no part of it, since it is stored as plain text.
 *
 * @param before what is stored now
 * @throws AppError `VALIDATION_ERROR` with a line for each field
 */
export function fittingSensorConfig(
  paramSchema: unknown,
  config: JsonObject,
  before: JsonObject,
): JsonObject {
  const parsed = parseParamSchema(paramSchema);
  if (!parsed.ok) return config;
  const kept = withStoredSecrets(parsed.schema, config, before);
  const applied = applyParamSchema(parsed.schema, kept, 'the sensor');
  const problems = [
    ...newSecrets(parsed.schema, kept, before),
    ...(applied.ok ? [] : applied.problems),
  ];
  if (problems.length === 0) return kept;
  throw unprocessable(
    `The config does not fit: ${problems[0]?.path}: ${problems[0]?.message}.`,
    problems.map(({ path, message }) => ({ path: `body.config.${path}`, message })),
  );
}

function withStoredSecrets(
  schema: ParamSchema,
  config: JsonObject,
  before: JsonObject,
): JsonObject {
  const shown = redactSecrets(schema, before);
  const kept: JsonObject = {};
  for (const [name, value] of Object.entries(config)) {
    const stored = Object.hasOwn(before, name) ? before[name] : undefined;
    const isMasked = stored !== undefined && jsonEquals(value, shown[name]);
    setOwn(kept, name, isMasked ? stored : value);
  }
  return kept;
}

function newSecrets(schema: ParamSchema, config: JsonObject, before: JsonObject): ErrorDetail[] {
  const known = new Map(
    splitSecrets(schema, before).secrets.map(({ path, value }) => [path, value]),
  );
  return splitSecrets(schema, config)
    .secrets.filter(({ path, value }) => value !== '' && !jsonEquals(value, known.get(path)))
    .map(({ path }) => ({
      path,
      message: 'is secret: store it as a key that the sensor owns, and read it from there',
    }));
}
