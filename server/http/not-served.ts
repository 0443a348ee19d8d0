import { randomUUID } from 'node:crypto';

/** The answer at an address where no operation is: an error like all others, and not a page. */
export function notServed(request: Request): Response {
  const { pathname } = new URL(request.url);
  const id = randomUUID();
  const body = {
    error: `There is no operation at ${request.method} ${pathname}. See /docs for those that are.`,
    code: 'NOT_FOUND',
    request_id: id,
  };
  return Response.json(body, {
    status: 404,
    headers: { 'x-request-id': id, 'cache-control': 'no-store' },
  });
}
