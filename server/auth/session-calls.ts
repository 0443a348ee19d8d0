import { AppError } from '#lib/errors.ts';
import { noteRefusal } from '#server/audit/refusals.ts';
import { clientAddress } from '#server/http/address.ts';
import { readText } from '#server/http/body.ts';
import { notServed } from '#server/http/not-served.ts';
import { isFromOurPages } from '#server/http/own-pages.ts';
import { refuse } from '#server/http/refuse.ts';
import { secureData } from '#server/http/security-headers.ts';

/**
 * What our pages ask next-auth for. It would serve more: pages of its own, which know nothing of our policy, and a log
 * that strangers may write into.
 */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  GET: ['csrf', 'providers', 'session'],
  HEAD: ['csrf', 'providers', 'session'],
  POST: ['callback/credentials', 'signout'],
};
/** A login with the longest name and password that there may be, each character of them encoded, and what goes along. */
const FORM_BYTES_MAX = 32 * 1024;
const FORM = 'application/x-www-form-urlencoded';

/**
 * Lets through to next-auth what one of our pages sends, and puts on its answer what every answer of ours has.
 *
 * Its own token against forged requests stands in a cookie, which a neighbour under the same domain or on another port
 * can set. So whoever logs in or out has to be a page of ours as well.
 *
 * @param serve gets the body, read no further than a form may be long
 */
export async function serveSessionCall(
  request: Request,
  call: string,
  serve: (form: string | null) => Promise<Response>,
): Promise<Response> {
  if (CALLS[request.method]?.includes(call) !== true) return notServed(request);
  if (request.method !== 'POST') return secured(request, await serve(null));
  try {
    return secured(request, await serve(await readForm(request)));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.status === 403) note(request, call, error);
    return refuse(request, error);
  }
}

/** @throws AppError `FORBIDDEN`, `BAD_REQUEST`, `PAYLOAD_TOO_LARGE` */
async function readForm(request: Request): Promise<string> {
  if (!isFromOurPages(request))
    throw new AppError(
      'FORBIDDEN',
      'Only our own pages log in and out with a cookie. Use POST /auth/login for a token.',
    );
  if (request.headers.get('content-type')?.startsWith(FORM) !== true)
    throw new AppError('BAD_REQUEST', `This takes a form: ${FORM}.`);
  return readText(request, FORM_BYTES_MAX);
}

function note(request: Request, call: string, { status, code }: AppError): void {
  noteRefusal({
    actor: null,
    address: clientAddress(request.headers),
    method: request.method,
    route: `/api/auth/${call}`,
    status,
    reason: code,
  });
}

function secured(request: Request, response: Response): Response {
  response.headers.set('cache-control', 'no-store');
  return secureData(request, response);
}
