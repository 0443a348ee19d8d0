import { childPath } from '#lib/domain/json-path.ts';
import { isJsonObject, type JsonValue } from '#lib/domain/json.ts';
import { type ErrorDetail, unprocessable } from '#lib/errors.ts';
import { isMask } from '#lib/masks.ts';

/**
 * A mask that was copied from an answer would reach the process as its secret.
 *
 * @throws AppError `VALIDATION_ERROR`
 */
export function refuseMasks(path: string, given: Readonly<Record<string, JsonValue>>): void {
  const details = [...masksIn(given, '')].map((place): ErrorDetail => ({
    path: `${path}.${place}`,
    message: `\`${place}\` is a mask and no value. Give the value, a key (\`{{ key.… }}\`), or leave it out and name the run to do again in \`rerun_of\`.`,
  }));
  const [first] = details;
  if (first !== undefined) throw unprocessable(first.message, details);
}

function* masksIn(value: JsonValue, path: string): Generator<string> {
  if (typeof value === 'string' && isMask(value)) yield path;
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* masksIn(item, childPath(path, index));
  else if (isJsonObject(value))
    for (const [name, item] of Object.entries(value)) yield* masksIn(item, childPath(path, name));
}
