/**
 * What keeps the database from answering:
 * `away` – it cannot be reached, or ended the connection; `busy` – it, or our pool, did not get round to it in time;
 * `full` – it has no room left; `conflict` – two changes were in each other's way, nothing was done.
 */
export type Trouble = 'away' | 'busy' | 'full' | 'conflict';

/** By the first characters of a code: SQLSTATEs of Postgres, codes of Node's sockets, codes and kinds of Prisma's. */
const BY_CODE: readonly (readonly [RegExp, Trouble])[] = [
  [/^(?:40001|40P01|P2034|TransactionWriteConflict)$/, 'conflict'],
  [/^53100$/, 'full'],
  // Too many connections, out of memory; a statement that was stopped; a lock that did not come; no place in the pool.
  [/^(?:53...|57014|55P03|P2024|P2028|P2037|TooManyConnections)$/, 'busy'],
  // Shut down, crashed, starting; a connection ended by the server: from outside, or for its idleness.
  [/^(?:08...|57P0.|25P03|25P04)$/, 'away'],
  [/^(?:ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/, 'away'],
  [/^(?:EHOSTDOWN|ENETDOWN|ENOTFOUND|EAI_AGAIN)$/, 'away'],
  [/^(?:P1001|P1002|P1008|P1017|DatabaseNotReachable|ConnectionClosed|SocketTimeout)$/, 'away'],
];

/** The client library names these by their sentence only; Prisma puts it on a line of its own. */
const BY_MESSAGE: readonly (readonly [RegExp, Trouble])[] = [
  [/^timeout exceeded when trying to connect$/m, 'busy'],
  [/^Connection terminated|^timeout expired$|^Query read timeout$|is not queryable$/m, 'away'],
];

const DEPTH_MAX = 6;

/** Null when the trouble is not the database's: a defect of ours, or data that it refuses. */
export function troubleOf(error: unknown): Trouble | null {
  let link = error;
  for (let depth = 0; depth < DEPTH_MAX && isObject(link); depth++) {
    const trouble = ofLink(link);
    if (trouble !== null) return trouble;
    link = link['cause'] ?? driverError(link);
  }
  return null;
}

function ofLink(link: Record<string, unknown>): Trouble | null {
  for (const name of ['originalCode', 'code', 'errorCode', 'kind']) {
    const code = link[name];
    if (typeof code !== 'string') continue;
    // A socket that is not there; for any other call it is a file of ours that is missing.
    if (code === 'ENOENT') return isSocket(link) ? 'away' : null;
    const trouble = BY_CODE.find(([pattern]) => pattern.test(code))?.[1];
    if (trouble !== undefined) return trouble;
  }
  const message = link['message'];
  if (typeof message !== 'string') return null;
  return BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1] ?? null;
}

/** Prisma keeps the code of a socket's error and drops the rest; it opens no files. */
const isSocket = (link: Record<string, unknown>): boolean =>
  link['syscall'] === 'connect' || 'clientVersion' in link;

/** Prisma keeps what its driver said beside the error, not as its cause. */
const driverError = (link: Record<string, unknown>): unknown =>
  isObject(link['meta']) ? link['meta']['driverAdapterError'] : undefined;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
