import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CORE_PACK, runProgram } from './run-program.ts';

type Received = { method: string; url: string; headers: http.IncomingHttpHeaders; body: string };
type Result = Record<string, unknown> & { readonly exitCode: number | null };

const received: Received[] = [];
const servers: (http.Server | https.Server)[] = [];
let origin = '';
let otherOrigin = '';

beforeAll(async () => {
  origin = await serve(http.createServer(handle));
  otherOrigin = await serve(http.createServer(handle));
});
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
});

async function serve(server: http.Server | https.Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function handle(req: http.IncomingMessage, res: http.ServerResponse): void {
  const { method = '', url = '', headers } = req;
  const { pathname, searchParams } = new URL(url, 'http://x');
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    answer(pathname, searchParams, res);
  });
}

function answer(pathname: string, query: URLSearchParams, res: http.ServerResponse): void {
  switch (pathname) {
    case '/json':
      res.setHeader('content-type', 'application/json').end('{"a":[1,{"b":null}]}');
      return;
    case '/status':
      res.writeHead(Number(query.get('code')), { 'content-type': 'text/plain' }).end('so');
      return;
    case '/redirect':
      res
        .writeHead(Number(query.get('code') ?? 302), { location: query.get('to') ?? '/json' })
        .end();
      return;
    case '/loop':
      res.writeHead(302, { location: '/loop' }).end();
      return;
    case '/never':
      return;
    case '/slow-body':
      res.write('begin');
      return;
    case '/large':
      res.end('ä'.repeat(1024 * 1024));
      return;
    case '/bomb':
      res.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(64 * 1024 * 1024)));
      return;
    case '/latin1':
      res.setHeader('content-type', 'text/plain; charset=iso-8859-1').end(Buffer.from([0xe4]));
      return;
    case '/cut':
      res.destroy();
      return;
    default:
      res.end('ok');
  }
}

/** Runs the action, and returns what it printed with its exit code. */
async function request(parameters: object): Promise<Result> {
  const program = join(CORE_PACK, 'actions', 'http_request.mjs');
  const { exitCode, stdout } = await runProgram(
    process.execPath,
    [program],
    `${JSON.stringify(parameters)}\n`,
  );
  return { ...(JSON.parse(stdout) as object), exitCode };
}

async function requestReceived(parameters: object): Promise<Received | undefined> {
  received.length = 0;
  await request(parameters);
  return received.at(-1);
}

describe('core.http_request', () => {
  test('prints exactly the outputs that its manifest names', async () => {
    expect(await request({ url: `http://${origin}/json` })).toEqual({
      exitCode: 0,
      status_code: 200,
      headers: expect.objectContaining({ 'content-type': 'application/json' }),
      body: '{"a":[1,{"b":null}]}',
      truncated: false,
      json: { a: [1, { b: null }] },
      elapsed_ms: expect.any(Number),
      url: `http://${origin}/json`,
      success: true,
      error: null,
    });
  });

  test('says success only for 2xx, and completes with any status', async () => {
    const found = async (code: number) => {
      const { exitCode, success, status_code } = await request({
        url: `http://${origin}/status?code=${code}`,
      });
      return { exitCode, success, status_code };
    };
    expect(await found(204)).toEqual({ exitCode: 0, success: true, status_code: 204 });
    expect(await found(304)).toEqual({ exitCode: 0, success: false, status_code: 304 });
    expect(await found(500)).toEqual({ exitCode: 0, success: false, status_code: 500 });
    const { error } = await request({ url: `http://${origin}/status?code=404` });
    expect(error).toBe(`http://${origin}/status?code=404 answered 404 Not Found`);
  });

  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])(
    'sends %s',
    async (method) => {
      expect((await requestReceived({ url: `http://${origin}/`, method }))?.method).toBe(method);
    },
  );

  test('sends headers, query parameters and body as they are given', async () => {
    const sent = await requestReceived({
      url: `http://${origin}/path?a=1`,
      method: 'POST',
      headers: { 'X-One': 'yes', 'X-Number': 5, 'Content-Type': 'text/csv' },
      query_params: { b: 'ä &=', list: [1, 2], yes: true, none: null },
      body: 'a;b\nžluťoučký',
    });
    expect(sent).toMatchObject({
      url: '/path?a=1&b=%C3%A4+%26%3D&list=1&list=2&yes=true',
      body: 'a;b\nžluťoučký',
      headers: {
        'x-one': 'yes',
        'x-number': '5',
        'content-type': 'text/csv',
        'content-length': '17',
      },
    });
  });

  test('sends a JSON body with its content type', async () => {
    const sent = await requestReceived({
      url: `http://${origin}/`,
      method: 'PUT',
      json_body: { a: ["it's"] },
    });
    expect(sent).toMatchObject({
      body: `{"a":["it's"]}`,
      headers: { 'content-type': 'application/json' },
    });
  });

  test('authenticates', async () => {
    const url = `http://${origin}/`;
    const authorization = async (parameters: object) =>
      (await requestReceived({ url, ...parameters }))?.headers.authorization;

    expect(await authorization({ auth_type: 'none', auth_token: 'x' })).toBeUndefined();
    expect(await authorization({ auth_type: 'bearer', auth_token: 't0k' })).toBe('Bearer t0k');
    const basic = { auth_type: 'basic', auth_username: 'ann', auth_password: 'p:ä' };
    expect(await authorization(basic)).toBe(`Basic ${Buffer.from('ann:p:ä').toString('base64')}`);
    expect(await authorization({ url: `http://u:p%40@${origin}/` })).toBe(
      `Basic ${Buffer.from('u:p@').toString('base64')}`,
    );
  });

  test('never shows the password of an address', async () => {
    const result = await request({ url: `http://user:hunter2@${origin}/json` });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });
});

describe('a redirect', () => {
  const to = (target: string, code = 302) =>
    `http://${origin}/redirect?code=${code}&to=${encodeURIComponent(target)}`;

  test('is followed, and the address that answered is told', async () => {
    const result = await request({ url: to('/json') });
    expect(result).toMatchObject({ status_code: 200, url: `http://${origin}/json`, success: true });
  });

  test('is returned as it is when it shall not be followed', async () => {
    const result = await request({ url: to('/json'), follow_redirects: false });
    expect(result).toMatchObject({ exitCode: 0, status_code: 302, success: false });
  });

  test('is followed at most max_redirects times', async () => {
    const result = await request({ url: `http://${origin}/loop`, max_redirects: 3 });
    expect(result).toMatchObject({ exitCode: 1, success: false, status_code: null });
    expect(result['error']).toContain('More than 3 redirects');
    expect(await request({ url: to('/json'), max_redirects: 1 })).toMatchObject({ success: true });
  });

  test.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'data'],
    [308, 'POST', 'data'],
  ])('with %i after a POST goes on with %s', async (code, method, body) => {
    const sent = await requestReceived({ url: to('/', code), method: 'POST', body: 'data' });
    expect({ method: sent?.method, body: sent?.body }).toEqual({ method, body });
  });

  const secrets = { Cookie: 'c=1', 'X-Api-Key': 'k', 'X-Plain': 'p' };

  test('to another origin carries no secrets along', async () => {
    const bearer = { auth_type: 'bearer', auth_token: 't', headers: secrets };
    const sent = await requestReceived({ url: to(`http://${otherOrigin}/`), ...bearer });
    expect(sent?.headers).toMatchObject({ 'x-plain': 'p', host: otherOrigin });
    expect(sent?.headers).not.toHaveProperty('authorization');
    expect(sent?.headers).not.toHaveProperty('cookie');
    expect(sent?.headers).not.toHaveProperty('x-api-key');
  });

  test('within the origin keeps them', async () => {
    const bearer = { auth_type: 'bearer', auth_token: 't', headers: secrets };
    const sent = await requestReceived({ url: to('/'), ...bearer });
    expect(sent?.headers).toMatchObject({
      authorization: 'Bearer t',
      cookie: 'c=1',
      'x-api-key': 'k',
    });
  });

  test('to something other than http or https fails', async () => {
    const result = await request({ url: to('file:///etc/passwd') });
    expect(result).toMatchObject({ exitCode: 1, success: false });
    expect(result['error']).toContain('neither http nor https');
  });
});

describe('an answer', () => {
  test('longer than 1 MiB is cut, and says so', async () => {
    const result = await request({ url: `http://${origin}/large` });
    expect(result).toMatchObject({ exitCode: 0, truncated: true, success: true, json: null });
    expect(result['body']).toBe('ä'.repeat(512 * 1024));
  });

  test('that is small only while it is compressed is cut as well', async () => {
    const result = await request({ url: `http://${origin}/bomb` });
    expect(result).toMatchObject({ exitCode: 0, truncated: true });
    expect(String(result['body'])).toHaveLength(1024 * 1024);
  });

  test('is decoded by its charset', async () => {
    expect((await request({ url: `http://${origin}/latin1` }))['body']).toBe('ä');
  });

  test.each(['/never', '/slow-body', '/loop'])(
    'from %s that takes too long fails in time',
    async (path) => {
      const startedAt = performance.now();
      const url = `http://${origin}${path}`;
      const result = await request({
        url,
        timeout: 1,
        ...(path === '/loop' && { max_redirects: 0 }),
      });
      expect(result).toMatchObject({ exitCode: 1, success: false, url });
      expect(result['error']).toContain(path === '/loop' ? 'More than 0 redirects' : 'within 1 s');
      expect(performance.now() - startedAt).toBeLessThan(3_000);
    },
  );
});

describe('a request that cannot be made', () => {
  test.each([
    ['http://127.0.0.1:1/', 'refuses the connection'],
    ['http://name.invalid/', 'cannot be resolved'],
    ['ftp://127.0.0.1/', 'http:// or https://'],
    ['not an address', "'url' must be an address"],
  ])('to %s fails with the reason', async (url, reason) => {
    const result = await request({ url });
    expect(result).toMatchObject({ exitCode: 1, success: false, status_code: null });
    expect(result['error']).toContain(reason);
  });

  test('because the server hangs up says so', async () => {
    const result = await request({ url: `http://${origin}/cut` });
    expect(result['error']).toContain('closed the connection');
  });

  test.each([
    [{ method: 'BREW' }, "'method' must be one of GET"],
    [{ timeout: 0 }, "'timeout' must be a number from 1 to 300, not 0"],
    [{ headers: { 'a b': 'x' } }, "holds 'a b'"],
    [{ headers: { a: 'x\r\nb: y' } }, "holds 'a'"],
    [{ body: 'a', json_body: {} }, 'not both'],
    [{ auth_type: 'bearer' }, "'auth_token' must be a text and is needed"],
    [{ verify_ssl: 'no' }, "'verify_ssl' must be true or false"],
  ])('with %j says which parameter is wrong', async (parameters, reason) => {
    const result = await request({ url: `http://${origin}/`, ...parameters });
    expect(result).toMatchObject({ exitCode: 1, success: false });
    expect(result['error']).toContain(reason);
  });
});

describe('a certificate that nobody vouches for', () => {
  let url = '';
  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'core-http-'));
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const subject = ['-nodes', '-days', '2', '-subj', '/CN=localhost'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', cert, ...subject],
      {
        stdio: 'ignore',
      },
    );
    url = `https://${await serve(https.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, handle))}/json`;
    rmSync(directory, { recursive: true });
  });

  test('is refused, with the way out', async () => {
    const result = await request({ url });
    expect(result).toMatchObject({ exitCode: 1, success: false });
    expect(result['error']).toMatch(/is not trusted: .*Set verify_ssl to false/);
  });

  test('is accepted with verify_ssl false', async () => {
    expect(await request({ url, verify_ssl: false })).toMatchObject({ exitCode: 0, success: true });
  });
});
