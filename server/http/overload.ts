import type { Operation } from '#lib/contracts/operation.ts';
import { AppError } from '#lib/errors.ts';
import { Turns } from '#server/db/turns.ts';
import { BODY_BYTES_MAX } from './body.ts';

/** Of all small bodies together. What a body becomes when it is read is several times as large. */
const HELD_BYTES_MAX = 32 * 1024 * 1024;
/** Whatever is done with a body beyond this takes so long that people who read notice it, when there are many. */
const SMALL_BYTES_MAX = 64 * 1024;
const LARGE_AT_ONCE_MAX = 4;
/** It costs less to let somebody wait, whose body stays unread, than to be asked again at once. */
const TURN_PATIENCE_MS = 5_000;
const WAITING_MAX = 100;

let heldBytes = 0;
let waiting = 0;
/** Strangers who send slowly hold up strangers only. */
const turns = { strangers: new Turns(LARGE_AT_ONCE_MAX), known: new Turns(LARGE_AT_ONCE_MAX) };

const NOTHING: Disposable = { [Symbol.dispose]: () => {} };

/**
 * Makes room for the small body of a request, until the request is answered: read or unread, it is there.
 *
 * @throws AppError `TOO_MANY_REQUESTS` when there is no room now
 */
export function makeRoom(request: Request): Disposable {
  const bytes = expectedBytes(request);
  if (bytes > SMALL_BYTES_MAX) return NOTHING;
  if (heldBytes + bytes > HELD_BYTES_MAX) throw tooMuch();
  heldBytes += bytes;
  return {
    [Symbol.dispose]: () => {
      heldBytes -= bytes;
    },
  };
}

/**
 * Waits until the large body of a request may be read, which holds until the request is answered: few at once, so that
 * those who read are served in between. Whoever sends a small one, or none, does not wait.
 *
 * @throws AppError `TOO_MANY_REQUESTS` when too many wait, or it takes too long
 */
export async function takeTurn(
  request: Request,
  { access }: Pick<Operation, 'access'>,
): Promise<Disposable> {
  if (expectedBytes(request) <= SMALL_BYTES_MAX) return NOTHING;
  if (waiting >= WAITING_MAX) throw tooMuch();
  const queue = access === 'anyone' ? turns.strangers : turns.known;
  waiting += 1;
  const isMine = await queue.begin(TURN_PATIENCE_MS);
  waiting -= 1;
  if (!isMine) throw tooMuch();
  return { [Symbol.dispose]: () => queue.end() };
}

const tooMuch = () =>
  new AppError(
    'TOO_MANY_REQUESTS',
    'More is being sent at once than can be taken. Send this again in a moment.',
    { retryAfterSeconds: 1 },
  );

/** A body of unknown length may become as large as a body may be. */
function expectedBytes({ headers, method }: Request): number {
  if (method === 'GET' || method === 'HEAD') return 0;
  const length = headers.get('content-length');
  if (length !== null && /^\d{1,15}$/.test(length)) return Number(length);
  return headers.has('transfer-encoding') ? BODY_BYTES_MAX : 0;
}
