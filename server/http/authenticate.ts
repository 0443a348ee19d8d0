import type { Operation } from '#lib/contracts/operation.ts';
import { AppError } from '#lib/errors.ts';
import { type Actor, can, forbidden } from '#server/auth/actor.ts';
import { refused } from '#server/auth/claims.ts';
import { verifyIdentityToken } from '#server/auth/identity-token.ts';
import { isProcessToken, verifyProcessToken } from '#server/auth/process-token.ts';
import { readSession, readSessionCookie } from '#server/auth/session.ts';
import { clientAddress } from './address.ts';
import { isFromOurPages } from './own-pages.ts';

const WHOSE = {
  identity: 'a person',
  execution: 'a run',
  sensor: 'a sensor',
  system: 'the platform',
};
const TOKEN_CHARS_MAX = 8_000;
/** What changes nothing, wherever it comes from. */
const READS = new Set(['GET', 'HEAD']);
const ANYONE: Actor = { kind: 'system', name: 'anyone' };

/**
 * Who calls: a Bearer token, or the session cookie of a page of ours.
 *
 * @throws AppError `UNAUTHORIZED`; ProcessTokenRefused
 */
export async function authenticate(request: Request, { access }: Operation): Promise<Actor> {
  if (access === 'anyone') return ANYONE;
  const address = clientAddress(request.headers);
  const actor = (await byBearer(request, address)) ?? (await bySession(request, address));
  if (actor === null) throw refused('missing', { signed: false });
  return actor;
}

/**
 * Whether whoever calls may call this at all; what they may do it to, the service decides.
 *
 * @throws AppError `FORBIDDEN`
 */
export function admit(actor: Actor, { access }: Operation): void {
  if (access === 'anyone') return;
  if (!access.tokens.some((kind) => kind === actor.kind)) {
    throw new AppError('FORBIDDEN', `The token of ${WHOSE[actor.kind]} may not do this.`);
  }
  if (actor.kind === 'identity' && access.permission !== null && !can(actor, access.permission)) {
    throw forbidden(access.permission);
  }
}

async function byBearer(request: Request, address: string | null): Promise<Actor | null> {
  const header = request.headers.get('authorization');
  if (header === null) return null;
  const token = /^Bearer ([A-Za-z0-9._-]+)$/i.exec(header)?.[1];
  if (token === undefined || token.length > TOKEN_CHARS_MAX)
    throw refused('malformed', { signed: false });
  return isProcessToken(token)
    ? verifyProcessToken(token, address)
    : verifyIdentityToken(token, address);
}

async function bySession(request: Request, address: string | null): Promise<Actor | null> {
  const cookies = cookiesOf(request);
  const actor = await readSession(
    readSessionCookie((name) => cookies.get(name)),
    address,
  );
  if (actor !== null && !READS.has(request.method) && !isFromOurPages(request)) {
    throw new AppError(
      'FORBIDDEN',
      'A session cookie counts only for requests of our own pages. Use an access token.',
    );
  }
  return actor;
}

/** How a request says its cookies. */
function cookiesOf(request: Request): ReadonlyMap<string, string> {
  const pairs = (request.headers.get('cookie') ?? '').split(';');
  return new Map(
    pairs.map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}
