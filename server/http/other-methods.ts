import type { Method, Operation } from '#lib/contracts/operation.ts';
import { AppError } from '#lib/errors.ts';
import { refuse } from './refuse.ts';
import { secureData } from './security-headers.ts';

/** What a `route.ts` can answer; whatever it does not export, Next answers with an empty 405. */
export const ROUTE_METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
type RouteMethod = (typeof ROUTE_METHODS)[number];

type Handler = (request: Request) => Response;
/** Next answers HEAD by GET. */
type Served<M extends Method> = M | ('GET' extends M ? 'HEAD' : never);
type Others<M extends Method> = Readonly<Record<Exclude<RouteMethod, Served<M>>, Handler>>;

/**
 * The handlers of every method that a path has no operation for, so that a wrong one gets an error like all others and
 * is told the right ones. A test compares each route's exports with its operations.
 *
 * @param operations all of the path
 */
export function otherMethods<const O extends readonly Operation[]>(
  ...operations: O
): Others<O[number]['method']> {
  const served: RouteMethod[] = operations.map(({ method }) => method);
  if (served.includes('GET')) served.push('HEAD');
  const allow = ROUTE_METHODS.filter(
    (method) => method === 'OPTIONS' || served.includes(method),
  ).join(', ');
  const handlers = ROUTE_METHODS.filter((method) => !served.includes(method)).map((method) => [
    method,
    method === 'OPTIONS'
      ? (request: Request) => tellMethods(request, allow)
      : (request: Request) => deny(request, operations, allow),
  ]);
  return Object.fromEntries(handlers) as Others<O[number]['method']>;
}

const tellMethods = (request: Request, allow: string): Response =>
  secureData(request, new Response(null, { status: 204, headers: { allow } }));

function deny(request: Request, operations: readonly Operation[], allow: string): Response {
  const { pathname } = new URL(request.url);
  const methods = operations.map(({ method }) => method).join(' or ');
  const error = new AppError(
    'METHOD_NOT_ALLOWED',
    `${pathname} does not take ${request.method}. Use ${methods}.`,
  );
  return refuse(request, error, { allow });
}
