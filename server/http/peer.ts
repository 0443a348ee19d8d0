import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';

/** Carries the address of the socket from where it is known to where a request is handled. */
export const PEER_HEADER = 'x-attune-peer';

/** One for the process: Next bundles this file more than once. */
const SEAL = Symbol.for('attune.peer-seal');

function seal(): string {
  const known: unknown = Reflect.get(globalThis, SEAL);
  if (typeof known === 'string') return known;
  const made = randomBytes(16).toString('base64url');
  Reflect.set(globalThis, SEAL, made);
  return made;
}

/** The header's value. Nobody outside can make it, so a request that passed by unwatched has no address at all. */
export const sealPeer = (address: string): string => `${seal()} ${address}`;

/** Who is at the other end of the socket; null when nobody looked. */
export function readPeer(headers: Headers): string | null {
  const [given, address = ''] = (headers.get(PEER_HEADER) ?? '').split(' ');
  return given === seal() ? plainAddress(address) : null;
}

/**
 * An address as lists name it: IPv4 that came over an IPv6 socket is IPv4, and a link is no part of it.
 *
 * @returns null for what is no address
 */
export function plainAddress(text: string): string | null {
  const [address = ''] = text.split('%');
  switch (isIP(address)) {
    case 4:
      return address;
    case 6:
      return mappedIPv4(new URL(`http://[${address}]`).hostname.slice(1, -1));
    default:
      return null;
  }
}

/** @param address as browsers write it: the shortest form, without dots */
function mappedIPv4(address: string): string {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  const bytes = [high, low].flatMap((part) => {
    const number = Number.parseInt(part, 16);
    return [number >> 8, number & 255];
  });
  return bytes.join('.');
}
