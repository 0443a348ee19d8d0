import { type NextRequest, NextResponse } from 'next/server';
import { malformedPath } from '#server/http/malformed-path.ts';
import { securePage } from '#server/http/security-headers.ts';

/**
 * Pages: the API answers JSON, and static files need no policy. Of the API only paths with a percent sign, since Next
 * answers one that cannot be decoded with a plain 500; every other call is spared the way through here.
 */
export const config = {
  matcher: [
    { source: '/((?!api/|api-spec/|auth/|health$|health/|_next/static/|_next/image$).*)' },
    { source: '/(api|api-spec|auth|health)/(.*%.*)' },
  ],
};

const isOfApi = (path: string): boolean => /^\/(?:api|api-spec|auth|health)\//.test(path);

/**
 * Security headers of every page. Scripts run only with the nonce of this answer, so text from a pack, a log or a
 * payload that were ever taken for markup could not run anything.
 */
export function proxy(request: NextRequest): Response {
  const malformed = malformedPath(request);
  if (malformed !== null) return malformed;
  if (isOfApi(request.nextUrl.pathname)) return NextResponse.next();

  const nonce = Buffer.from(crypto.randomUUID()).toString('base64');
  const policy = contentSecurityPolicy(nonce);
  const headers = new Headers(request.headers);
  headers.set('x-nonce', nonce);
  headers.set('content-security-policy', policy);
  // Where a stranger wanted to go, for the way back from the login.
  headers.set('x-attune-path', `${request.nextUrl.pathname}${request.nextUrl.search}`);

  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  return securePage(request, response);
}

function contentSecurityPolicy(nonce: string): string {
  // React's development build needs eval for its error overlay; a production build runs without.
  const development = process.env.NODE_ENV === 'development' ? " 'unsafe-eval'" : '';
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "object-src 'none'",
  ].join('; ');
}
