import { AppError } from '#lib/errors.ts';
import { refuse } from './refuse.ts';

/** The answer at an address where no operation is: an error like all others, and not a page. */
export function notServed(request: Request): Response {
  const { pathname } = new URL(request.url);
  return refuse(
    request,
    new AppError(
      'NOT_FOUND',
      `There is no operation at ${request.method} ${pathname}. See /docs for those that are.`,
    ),
  );
}
