import { AppError } from '#lib/errors.ts';
import { BODY_BYTES_MAX } from './body.ts';

/** Of all requests together. What a body becomes when it is read is several times as large. */
const HELD_BYTES_MAX = 32 * 1024 * 1024;

let heldBytes = 0;

/**
 * Makes room for the body of a request, until the request is answered: read or unread, it is there. So many small
 * requests fit at once, but few large ones.
 *
 * @throws AppError `TOO_MANY_REQUESTS` when there is no room now
 */
export function makeRoom(request: Request): Disposable {
  const bytes = expectedBytes(request);
  // One alone always fits: whether it is too large is for its reader to say.
  if (heldBytes > 0 && heldBytes + bytes > HELD_BYTES_MAX) {
    throw new AppError(
      'TOO_MANY_REQUESTS',
      'More is being sent at once than can be taken. Send this again in a moment.',
      { retryAfterSeconds: 1 },
    );
  }
  heldBytes += bytes;
  return {
    [Symbol.dispose]: () => {
      heldBytes -= bytes;
    },
  };
}

/** A body of unknown length may become as large as a body may be. */
function expectedBytes({ headers, method }: Request): number {
  if (method === 'GET' || method === 'HEAD') return 0;
  const length = headers.get('content-length');
  if (length !== null && /^\d{1,15}$/.test(length)) return Number(length);
  return headers.has('transfer-encoding') ? BODY_BYTES_MAX : 0;
}
