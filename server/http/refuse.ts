import type { AppError } from '#lib/errors.ts';
import { errorAnswer } from './error-answer.ts';
import { requestIdOf } from './request-context.ts';
import { secureData } from './security-headers.ts';

/** Refuses a request that never comes to an operation. */
export function refuse(
  request: Request,
  error: AppError,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const id = requestIdOf(request);
  const told = { 'x-request-id': id, 'cache-control': 'no-store', ...headers };
  return secureData(request, errorAnswer(error, id, told));
}
