import type { IncomingMessage } from 'node:http';
import type { BlockList } from 'node:net';
import { config } from '#server/config.ts';
import { isOn, listOf } from './address-list.ts';
import { plainAddress, readPeer } from './peer.ts';

let trusted: BlockList | undefined;

/** Proxies whose word about the client's address we take: `TRUSTED_PROXIES`, addresses or `address/bits`. */
const trustedProxies = (): BlockList => (trusted ??= listOf(config().TRUSTED_PROXIES));

/**
 * The client's address: of the socket, or as far as proxies that we trust have told it. Null when nobody knows it.
 */
export const clientAddress = (headers: Headers): string | null =>
  addressBehind(readPeer(headers), headers.get('x-forwarded-for'));

/** The same where the socket is at hand. */
export const callerAddress = ({ headers, socket }: IncomingMessage): string | null =>
  addressBehind(plainAddress(socket.remoteAddress ?? ''), String(headers['x-forwarded-for'] ?? ''));

const addressBehind = (peer: string | null, forwardedFor: string | null): string | null =>
  peer === null ? null : clientBehind(peer, forwardedFor, trustedProxies());

/** Whether it is one of `TRUSTED_PROXIES`, so that what it says of a request counts. */
export const isTrustedProxy = (peer: string): boolean => isOn(trustedProxies(), peer);

/**
 * Each proxy adds who called it at the end, so the last address that is none of ours is the client; what stands left
 * of it anybody can have written. When all are ours, one of ours called.
 *
 * @param forwardedFor `X-Forwarded-For`
 * @returns null when a proxy names somebody by what is no address
 */
export function clientBehind(
  peer: string,
  forwardedFor: string | null,
  proxies: BlockList,
): string | null {
  if (!isOn(proxies, peer)) return peer;
  const hops = (forwardedFor ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter(Boolean)
    .map(plainAddress);
  const client = hops.findLast((hop) => hop === null || !isOn(proxies, hop));
  return client === undefined ? (hops[0] ?? peer) : client;
}
