import { describe, expect, test } from 'vitest';
import { clientBehind } from './address.ts';
import { isOn, listOf } from './address-list.ts';
import { PEER_HEADER, plainAddress, readPeer, sealPeer } from './peer.ts';

const PROXIES = listOf(['127.0.0.1', '10.0.0.0/8', '2001:db8:1::/48']);

describe('clientBehind', () => {
  test.each([
    ['nobody in between', '198.51.100.7', null, '198.51.100.7'],
    ['a stranger who writes the header', '198.51.100.7', '203.0.113.9', '198.51.100.7'],
    ['one proxy', '127.0.0.1', '203.0.113.9', '203.0.113.9'],
    [
      'a client who writes a hop before the proxy',
      '127.0.0.1',
      '6.6.6.6, 203.0.113.9',
      '203.0.113.9',
    ],
    ['a client who writes one of our proxies', '127.0.0.1', '10.9.9.9, 203.0.113.9', '203.0.113.9'],
    ['two proxies', '127.0.0.1', '203.0.113.9, 10.1.2.3', '203.0.113.9'],
    [
      'a spoofed hop before two proxies',
      '127.0.0.1',
      '6.6.6.6,203.0.113.9, 10.1.2.3',
      '203.0.113.9',
    ],
    ['a proxy of a network', '10.255.0.1', '203.0.113.9', '203.0.113.9'],
    ['a proxy beside the network', '11.0.0.1', '203.0.113.9', '11.0.0.1'],
    ['IPv6', '2001:db8:1::5', '2001:db8:2::9', '2001:db8:2::9'],
    ['IPv6 written another way', '2001:db8:1::5', '2001:0DB8:2:0:0::9', '2001:db8:2::9'],
    ['IPv6 of a stranger', '2001:db8:2::9', '203.0.113.9', '2001:db8:2::9'],
    ['IPv4 within IPv6', '127.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
    ['a proxy within IPv6', '127.0.0.1', '203.0.113.9, ::ffff:10.1.2.3', '203.0.113.9'],
    ['a proxy that says nothing', '127.0.0.1', null, '127.0.0.1'],
    ['nobody but proxies', '127.0.0.1', '10.0.0.5, 10.0.0.6', '10.0.0.5'],
    ['a name instead of an address', '127.0.0.1', '203.0.113.9, unknown', null],
  ])('%s', (_, peer, forwardedFor, client) => {
    expect(clientBehind(peer, forwardedFor, PROXIES)).toBe(client);
  });

  test('believes nobody while no proxy is named', () => {
    expect(clientBehind('127.0.0.1', '203.0.113.9', listOf([]))).toBe('127.0.0.1');
  });
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:127.0.0.1', '127.0.0.1'],
  ['::FFFF:7f00:0001', '127.0.0.1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['2001:0db8:0:0:0:0:0:1', '2001:db8::1'],
  ['::1', '::1'],
  ['', null],
  ['localhost', null],
  ['127.0.0.1:80', null],
  ['0x7f.1', null],
])('the plain form of %j is %j', (given, plain) => {
  expect(plainAddress(given)).toBe(plain);
});

test('a list knows an address however its entry is written', () => {
  const list = listOf(['::ffff:198.51.100.7', '2001:DB8::1', '192.0.2.0/24']);
  for (const one of ['198.51.100.7', '2001:db8::1', '192.0.2.255'])
    expect(isOn(list, one)).toBe(true);
  for (const one of ['198.51.100.8', '2001:db8::2', '192.0.3.0'])
    expect(isOn(list, one)).toBe(false);
});

test('nobody but this process can say whose socket it was', () => {
  expect(readPeer(new Headers({ [PEER_HEADER]: sealPeer('::ffff:192.0.2.1') }))).toBe('192.0.2.1');
  for (const forged of ['192.0.2.1', ' 192.0.2.1', 'undefined 192.0.2.1', 'x 192.0.2.1', ''])
    expect(readPeer(new Headers({ [PEER_HEADER]: forged }))).toBeNull();
});
