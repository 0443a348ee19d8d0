/** Of every answer, page or not. */
const COMMON = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** Of an answer that is no page: should a browser open it, nothing in it runs, loads or is framed. */
const OF_DATA = {
  ...COMMON,
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'referrer-policy': 'no-referrer',
} as const;

const OF_PAGE = {
  ...COMMON,
  'referrer-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
} as const;

/** A year: from then on the browser itself asks for https. */
const HSTS = 'max-age=31536000';

/** Puts the headers on an answer of the API. What the answer says itself stays. */
export const secureData = (request: Request, response: Response): Response =>
  put(OF_DATA, request, response);

/** Puts the headers on a page; its content security policy holds a nonce and comes from the proxy. */
export const securePage = (request: Request, response: Response): Response =>
  put(OF_PAGE, request, response);

function put(
  all: Readonly<Record<string, string>>,
  request: Request,
  response: Response,
): Response {
  for (const [name, value] of Object.entries(all))
    if (!response.headers.has(name)) response.headers.set(name, value);
  if (request.url.startsWith('https:')) response.headers.set('strict-transport-security', HSTS);
  return response;
}
