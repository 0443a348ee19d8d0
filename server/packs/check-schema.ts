import type { JsonObject } from '#lib/domain/json.ts';
import { parseParamSchema } from '#lib/domain/param-schema.ts';
import { type ErrorDetail, unprocessable } from '#lib/errors.ts';

/** @throws AppError `VALIDATION_ERROR` with a line for each field of a schema that is none */
export function checkSchemas(
  schemas: Readonly<Record<string, JsonObject | null | undefined>>,
): void {
  const details = Object.entries(schemas).flatMap(([name, schema]): ErrorDetail[] => {
    if (schema === null || schema === undefined) return [];
    const parsed = parseParamSchema(schema);
    if (parsed.ok) return [];
    return parsed.problems.map(({ path, message }) => ({
      path: ['body', name, path].filter(Boolean).join('.'),
      message,
    }));
  });
  if (details.length > 0)
    throw unprocessable(
      `The schema is not valid: ${details[0]?.path} ${details[0]?.message}.`,
      details,
    );
}
