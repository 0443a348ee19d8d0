import type { JsonObject } from '#lib/domain/json.ts';
import { applyParamSchema, parseParamSchema, splitSecrets } from '#lib/domain/param-schema.ts';
import { type ErrorDetail, unprocessable } from '#lib/errors.ts';

export type CheckedConfig =
  | { readonly ok: true; readonly config: JsonObject }
  | { readonly ok: false; readonly problems: readonly ErrorDetail[] };

/**
 * A pack's configuration by its schema, defaults filled in. Rules read it and people see it, so it holds no secrets:
 * those are keys.
 */
export function checkConfig(confSchema: JsonObject, config: JsonObject): CheckedConfig {
  const schema = parseParamSchema(confSchema);
  if (!schema.ok) return { ok: true, config };
  const told = splitSecrets(schema.schema, config).secrets.map(({ path }) => ({
    path,
    message: 'is secret: store it as a key of the pack, and use `{{ key.<its ref> }}` in rules',
  }));
  const applied = applyParamSchema(schema.schema, config, 'the pack');
  const problems = [...told, ...(applied.ok ? [] : applied.problems)];
  return applied.ok && problems.length === 0
    ? { ok: true, config: applied.value }
    : { ok: false, problems };
}

/** @throws AppError `VALIDATION_ERROR` with a line for each field */
export function fittingConfig(confSchema: JsonObject, config: JsonObject): JsonObject {
  const checked = checkConfig(confSchema, config);
  if (checked.ok) return checked.config;
  throw unprocessable(
    `The configuration does not fit: ${checked.problems[0]?.message}`,
    checked.problems.map(({ path, message }) => ({ path: `body.config.${path}`, message })),
  );
}
