import { BlockList, isIP } from 'node:net';
import { config } from '#server/config.ts';

let trusted: BlockList | undefined;

/** Proxies whose word about the client's address we take: `TRUSTED_PROXIES`, addresses or `address/bits`. */
function trustedProxies(): BlockList {
  if (trusted === undefined) {
    trusted = new BlockList();
    for (const entry of config().TRUSTED_PROXIES) {
      const [address = '', bits] = entry.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (bits === undefined) trusted.addAddress(address, family);
      else trusted.addSubnet(address, Number(bits), family);
    }
  }
  return trusted;
}

/**
 * The client's address as far as it can be known. Next hands a route no socket, so without `TRUSTED_PROXIES` nothing
 * that a client may write itself is believed.
 */
export function clientAddress(headers: Headers): string | null {
  if (config().TRUSTED_PROXIES.length === 0) return null;
  const hops = (headers.get('x-forwarded-for') ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter(Boolean);
  const isTrusted = (hop: string) => {
    const family = isIP(hop);
    return family !== 0 && trustedProxies().check(hop, family === 6 ? 'ipv6' : 'ipv4');
  };
  const client = hops.findLast((hop) => !isTrusted(hop)) ?? '';
  return isIP(client) === 0 ? null : client;
}
