import { resolve } from 'node:path';
import { operations } from '#lib/contracts/index.ts';
import type { Operation } from '#lib/contracts/operation.ts';

type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string>> },
) => Promise<Response>;

export const ORIGIN = 'http://127.0.0.1:3000';

/** Every operation that may change something. */
export const mutations: readonly Operation[] = operations.filter(({ method }) => method !== 'GET');

interface Given {
  readonly body?: string;
  readonly query?: string;
  /** What stands in the path; `1` for what is not given. */
  readonly params?: Readonly<Record<string, string>>;
}

export function operationCalled(id: string): Operation {
  const operation = operations.find((one) => one.id === id);
  if (operation === undefined) throw new Error(`There is no operation ${id}`);
  return operation;
}

/** Calls an operation's own route file as Next would. */
export async function callRoute(
  operation: Operation,
  headers: Readonly<Record<string, string>> | Headers,
  { body = '{}', query = '', params: given = {} }: Given = {},
): Promise<Response> {
  const file = resolve(`app${operation.path.replaceAll('{', '[').replaceAll('}', ']')}/route.ts`);
  const handlers = (await import(/* @vite-ignore */ file)) as Record<string, Handler>;
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const params = Object.fromEntries(names.map((name) => [name, given[name] ?? '1']));
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
  const all = new Headers(headers);
  if (!all.has('host')) all.set('host', new URL(ORIGIN).host);
  const request = new Request(`${ORIGIN}${path}${query}`, {
    method: operation.method,
    headers: all,
    ...(operation.method !== 'GET' && { body }),
  });
  const handler = handlers[operation.method];
  if (handler === undefined) throw new Error(`${operation.id} is not served by ${file}`);
  return handler(request, { params: Promise.resolve(params) });
}
