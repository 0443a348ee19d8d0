import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

const requests = new AsyncLocalStorage<string>();

const REQUEST_ID = /^[\w-]{8,64}$/;

/** The id of the request that is being served, in any code below its route. */
export const requestId = (): string | undefined => requests.getStore();

export const withRequestId = <T>(id: string, run: () => T): T => requests.run(id, run);

/** The id that the caller gave the request, if it is one; else a new one. */
export function requestIdOf(request: Request): string {
  const asked = request.headers.get('x-request-id') ?? '';
  return REQUEST_ID.test(asked) ? asked : randomUUID();
}
