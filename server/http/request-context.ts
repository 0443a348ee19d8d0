import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What is known of the request that is being served, in any code below its route. */
interface ServedRequest {
  readonly id: string;
  /** Null where no operation is served. */
  readonly operation: ServedOperation | null;
}

/** The operation as the contract writes it: never a path with values in it. */
export interface ServedOperation {
  readonly method: string;
  readonly route: string;
}

const requests = new AsyncLocalStorage<ServedRequest>();

const REQUEST_ID = /^[\w-]{8,64}$/;

export const requestId = (): string | undefined => requests.getStore()?.id;

/** Null outside of requests. */
export const servedOperation = (): ServedOperation | null => requests.getStore()?.operation ?? null;

export const withRequestId = <T>(
  id: string,
  run: () => T,
  operation: ServedOperation | null = null,
): T => requests.run({ id, operation }, run);

/** The id that the caller gave the request, if it is one; else a new one. */
export function requestIdOf(request: Request): string {
  const asked = request.headers.get('x-request-id') ?? '';
  return REQUEST_ID.test(asked) ? asked : randomUUID();
}
