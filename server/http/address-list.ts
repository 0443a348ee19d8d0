import { BlockList, isIP } from 'node:net';
import { plainAddress } from './peer.ts';

/** @param entries addresses or `address/bits`, of either family */
export function listOf(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [given = '', bits] = entry.split('/');
    const address = bits === undefined ? (plainAddress(given) ?? given) : given;
    if (bits === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(bits), familyOf(address));
  }
  return list;
}

/** @param address as `plainAddress` writes it */
export const isOn = (list: BlockList, address: string): boolean =>
  list.check(address, familyOf(address));

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
