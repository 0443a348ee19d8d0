import { findForbiddenKey } from '#lib/domain/json-path.ts';
import { findUnstorable } from '#lib/domain/json-safety.ts';
import { AppError, unprocessable } from '#lib/errors.ts';

export const BODY_BYTES_MAX = 1024 * 1024;

/**
 * The body as text, read no further than `maxBytes`.
 *
 * @throws AppError `PAYLOAD_TOO_LARGE`, or `BAD_REQUEST` when it is not UTF-8
 */
export async function readText(request: Request, maxBytes = BODY_BYTES_MAX): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new AppError(
        'PAYLOAD_TOO_LARGE',
        `The body is larger than ${maxBytes.toLocaleString('en')} bytes. Send less.`,
      );
    }
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new AppError('BAD_REQUEST', 'The body is not valid UTF-8.', { cause });
  }
}

/**
 * The body as JSON that the database can hold; undefined when there is none.
 *
 * @throws AppError `BAD_REQUEST` when it is no JSON, `VALIDATION_ERROR` when Postgres could not store it, or
 * when it has a key such as `__proto__`, at any depth
 */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request);
  if (text.trim() === '') return undefined;
  const value = parse(text);
  const problem = findUnstorable(value);
  if (problem !== null) {
    throw unprocessable('The body cannot be stored.', [
      { path: below(problem.path), message: problem.reason },
    ]);
  }
  const forbidden = findForbiddenKey(value);
  if (forbidden !== null) {
    throw unprocessable(`The body has a key that no object may have: ${forbidden}. Rename it.`, [
      {
        path: below(forbidden),
        message:
          'is a name of the language itself: libraries would drop or follow it without a word',
      },
    ]);
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('BAD_REQUEST', 'The body is not JSON.', { cause });
  }
}

const below = (path: string): string => {
  if (path === '') return 'body';
  return path.startsWith('[') ? `body${path}` : `body.${path}`;
};
