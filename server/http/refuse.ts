import type { AppError } from '#lib/errors.ts';
import { errorAnswer } from './error-answer.ts';
import { requestIdOf } from './request-context.ts';

/** Refuses a request that never comes to an operation. */
export function refuse(
  request: Request,
  error: AppError,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const id = requestIdOf(request);
  return errorAnswer(error, id, { 'x-request-id': id, 'cache-control': 'no-store', ...headers });
}
