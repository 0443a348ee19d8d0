import type { JsonValue } from '#lib/domain/json.ts';
import type { Masker } from '#lib/domain/masking/index.ts';
import { unprocessable } from '#lib/errors.ts';

interface Said {
  readonly ref?: string | undefined;
  readonly local_ref?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * What a process says about a key, as others may read it: a name without the secrets that the process knows.
 *
 * @param masker null: a person says it
 * @throws AppError `VALIDATION_ERROR` for a ref that holds one: a ref with a mask in it is none
 */
export function withoutSecrets<T extends Said>(masker: Masker | null, said: T): T {
  if (masker === null) return said;
  for (const field of ['ref', 'local_ref'] as const) {
    const text = said[field];
    if (text !== undefined && masker.text(text) !== text)
      throw unprocessable('The ref of a key may not hold a secret.', [
        {
          path: `body.${field}`,
          message: 'holds a secret that this process knows; choose another',
        },
      ]);
  }
  return said.name === undefined ? said : { ...said, name: masker.text(said.name) };
}

/** A value that is stored in the open is read by others. */
export const openValue = (masker: Masker | null, value: JsonValue): JsonValue =>
  masker === null ? value : masker.json(value);
