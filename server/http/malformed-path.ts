import { AppError } from '#lib/errors.ts';
import { refuse } from './refuse.ts';

/** The refusal of a path whose percent signs spell no text, which no route would ever see; null when it can be read. */
export function malformedPath(request: Request): Response | null {
  try {
    decodeURIComponent(new URL(request.url).pathname);
    return null;
  } catch {
    return refuse(
      request,
      new AppError('BAD_REQUEST', 'The path is not valid: write each % as %25, and text as UTF-8.'),
    );
  }
}
