import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { log } from '#server/log.ts';
import { isTrustedProxy } from './address.ts';
import { PEER_HEADER, plainAddress, sealPeer } from './peer.ts';

const CHANNEL = 'http.server.request.start';

/** What only a proxy may say about a request. */
const OF_PROXIES = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
];

let hasWarned = false;

/**
 * Looks at every request of this process before anybody else: Next hands a route neither the socket nor what Node
 * has left out of the headers.
 */
export function watchRequests(): Disposable {
  const onRequest = (message: unknown): void =>
    prepareRequest((message as { request: IncomingMessage }).request);
  subscribe(CHANNEL, onRequest);
  return { [Symbol.dispose]: () => void unsubscribe(CHANNEL, onRequest) };
}

function prepareRequest({ headers, rawHeaders, socket }: IncomingMessage): void {
  const peer = plainAddress(socket.remoteAddress ?? '');
  if (peer === null || !isTrustedProxy(peer)) {
    if (headers['x-forwarded-for'] !== undefined) warnOnce(peer);
    for (const name of OF_PROXIES) delete headers[name];
  }
  // Whatever the client has sent under this name is gone with it.
  if (peer === null) delete headers[PEER_HEADER];
  else headers[PEER_HEADER] = sealPeer(peer);

  const given = authorizationsOf(rawHeaders);
  // Node keeps the first and says nothing; a proxy may have judged by the other. Together they are no token.
  if (given.length > 1) headers.authorization = given.join(', ');
}

const authorizationsOf = (rawHeaders: readonly string[]): string[] =>
  rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization',
  );

/** Behind a proxy that nobody has named everybody has one address, and shares its count of wrong passwords. */
function warnOnce(peer: string | null): void {
  if (hasWarned) return;
  hasWarned = true;
  log.warn({ peer }, 'X-Forwarded-For is not believed: TRUSTED_PROXIES does not name who sent it');
}
