import { AsyncLocalStorage } from 'node:async_hooks';

const requests = new AsyncLocalStorage<string>();

/** The id of the request that is being served, in any code below its route. */
export const requestId = (): string | undefined => requests.getStore();

export const withRequestId = <T>(id: string, run: () => T): T => requests.run(id, run);
