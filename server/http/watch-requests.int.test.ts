import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

/** What a route is given of a request whose head was sent as it is written here. */
let ask: (head: readonly string[], from?: '127.0.0.1' | '::1') => Promise<Headers>;
let end: () => void;

async function start(proxies: string): Promise<void> {
  vi.stubEnv('TRUSTED_PROXIES', proxies);
  vi.resetModules();
  const { watchRequests } = await import('./watch-requests.ts');
  const { clientAddress } = await import('./address.ts');
  const watching = watchRequests();
  const server = createServer((request, response) => {
    const headers = headersOf(request);
    headers.set('x-client', clientAddress(headers) ?? 'nobody');
    response.end(JSON.stringify([...headers]));
  }).listen(0, '::');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  ask = async (head, from = '127.0.0.1') => {
    const socket = connect(port, from);
    socket.write(['GET / HTTP/1.1', 'host: x', 'connection: close', ...head, '', ''].join('\r\n'));
    const answer = await text(socket);
    const [json = ''] = /\[.*\]/.exec(answer) ?? [];
    return new Headers(JSON.parse(json) as [string, string][]);
  };
  end = () => {
    watching[Symbol.dispose]();
    server.close();
    vi.unstubAllEnvs();
  };
}

/** As Next makes them. */
const headersOf = ({ headers }: IncomingMessage): Headers =>
  new Headers(
    Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
  );

describe('without proxies', () => {
  beforeAll(() => start(''));
  afterAll(() => end());

  test('the client is who is at the other end of the socket, whatever it says', async () => {
    for (const head of [
      [],
      ['X-Forwarded-For: 6.6.6.6'],
      ['x-attune-peer: x 6.6.6.6'],
      ['X-Attune-Peer: 6.6.6.6'],
    ]) {
      expect((await ask(head)).get('x-client')).toBe('127.0.0.1');
      expect((await ask(head, '::1')).get('x-client')).toBe('::1');
    }
  });

  test('nothing that only a proxy may say reaches a route', async () => {
    const headers = await ask([
      'Forwarded: for=6.6.6.6',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Port: 443',
      'X-Real-IP: 6.6.6.6',
    ]);
    expect([...headers.keys()].filter((name) => /forwarded|real-ip/.test(name))).toEqual([]);
  });

  test('two Authorization headers are together no token', async () => {
    const one = 'Authorization: Bearer aaa';
    expect((await ask([one])).get('authorization')).toBe('Bearer aaa');
    for (const other of ['authorization: Bearer bbb', 'AUTHORIZATION: Basic Zm9v', one])
      expect((await ask([one, other])).get('authorization')).toMatch(/^Bearer aaa, /);
  });
});

describe('behind proxies', () => {
  beforeAll(() => start('127.0.0.0/8'));
  afterAll(() => end());

  test('the client is the last address that is no proxy of ours', async () => {
    const spoofed = ['X-Forwarded-For: 6.6.6.6', 'X-Forwarded-For: 203.0.113.9, 127.0.0.7'];
    expect((await ask(['X-Forwarded-For: 203.0.113.9'])).get('x-client')).toBe('203.0.113.9');
    expect((await ask(spoofed)).get('x-client')).toBe('203.0.113.9');
    expect((await ask([])).get('x-client')).toBe('127.0.0.1');
  });

  test('who calls past them is believed nothing', async () => {
    const headers = await ask(['X-Forwarded-For: 203.0.113.9', 'X-Forwarded-Proto: https'], '::1');
    expect(headers.get('x-client')).toBe('::1');
    expect(headers.get('x-forwarded-proto')).toBeNull();
  });

  test('the scheme that a proxy names reaches a route', async () => {
    expect((await ask(['X-Forwarded-Proto: https'])).get('x-forwarded-proto')).toBe('https');
  });
});
