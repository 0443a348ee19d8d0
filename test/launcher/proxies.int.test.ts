import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasCommand } from '#bin/has-command.ts';
import { inRoot } from '#bin/paths.ts';
import { choosePort } from '#bin/ports.ts';

const dir = mkdtempSync(join(tmpdir(), 'attune-proxy-'));
chmodSync(dir, 0o711); // nginx, started by root, works as another user
const certificate = join(dir, 'cert.pem');
const key = join(dir, 'key.pem');
const BODY_BYTES = 1024 * 1024;

type Ports = Readonly<Record<'proxy' | 'web' | 'gateway', number>>;

/** The block of this language in docs/deploy.md, listening and forwarding where the test wants it. */
function snippet(language: string, { web, gateway }: Ports): string {
  const text = readFileSync(inRoot('docs/deploy.md'), 'utf8');
  const [, block] = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(text) ?? [];
  if (block === undefined) throw new Error(`docs/deploy.md has no block '${language}'`);
  return block
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${web}`)
    .replaceAll('127.0.0.1:3001', `127.0.0.1:${gateway}`);
}

/** What the pages do not say and a machine brings along, or a test must not have. */
const PROXIES = {
  nginx(ports: Ports): string[] {
    const server = snippet('nginx', ports)
      .replace('listen 443 ssl', `listen 127.0.0.1:${ports.proxy} ssl`)
      .replace(/(ssl_certificate )\s*\S+;/, `$1${certificate};`)
      .replace(/(ssl_certificate_key )\s*\S+;/, `$1${key};`);
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${join(dir, name)};`,
    );
    const file = join(dir, 'nginx.conf');
    const head = `daemon off; pid ${join(dir, 'nginx.pid')}; error_log stderr; events {}`;
    writeFileSync(file, `${head}\nhttp {\naccess_log off;\n${paths.join('\n')}\n${server}}\n`);
    return ['-e', 'stderr', '-c', file];
  },
  caddy(ports: Ports): string[] {
    const site = snippet('caddy', ports).replace(
      /^attune\.example \{/,
      `https://attune.example:${ports.proxy} {\n  bind 127.0.0.1\n  tls ${certificate} ${key}`,
    );
    const file = join(dir, 'Caddyfile');
    writeFileSync(file, `{\n  admin off\n  auto_https disable_redirects\n}\n${site}`);
    return ['run', '--config', file, '--adapter', 'caddyfile'];
  },
};

interface Seen {
  readonly headers: IncomingMessage['headers'];
  readonly bytes: number;
}

/** Stands for web: says what arrived, and streams an event of which it waits to hear that it came through. */
function startWeb(): Server {
  let release = () => {};
  return createServer((req, res) => {
    if (req.url === '/release') {
      release();
      return void res.end();
    }
    if (req.url === '/stream') {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('data: first\n\n');
      release = () => res.end('data: second\n\n');
      return;
    }
    let bytes = 0;
    req.on('data', (chunk: Buffer) => (bytes += chunk.length));
    req.on('end', () => res.end(JSON.stringify({ headers: req.headers, bytes } satisfies Seen)));
  });
}

/** Stands for the gateway: agrees to an upgrade and says back what it hears. */
function startGateway(): Server {
  return createServer((_, res) => res.writeHead(426).end()).on('upgrade', (req, socket) => {
    const isWebSocket = req.headers.upgrade === 'websocket' && req.url === '/ws';
    if (!isWebSocket) return socket.destroy();
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    socket.pipe(socket);
  });
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('It has no port.');
  return address.port;
}

beforeAll(() => {
  const names = ['-subj', '/CN=attune.example', '-addext', 'subjectAltName=DNS:attune.example'];
  const files = ['-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...names], {
    stdio: 'ignore',
  });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe.each(['nginx', 'caddy'] as const)('the %s configuration of docs/deploy.md', (name) => {
  const isThere = hasCommand(name) && hasCommand('openssl');
  if (!isThere)
    process.stderr.write(`No ${name} or openssl here: its configuration is not tried.\n`);

  describe.runIf(isThere)('behind TLS', () => {
    const web = startWeb();
    const gateway = startGateway();
    let proxy: ChildProcess;
    let port = 0;

    beforeAll(async () => {
      port = await choosePort({ setting: 'PORT', host: '127.0.0.1', port: 0, isAsked: false });
      const ports = { proxy: port, web: await listen(web), gateway: await listen(gateway) };
      proxy = spawn(name, PROXIES[name](ports), {
        env: { PATH: process.env['PATH'], HOME: dir, NODE_ENV: 'test' },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let words = '';
      proxy.stderr?.on('data', (text: Buffer) => (words += text.toString()));
      await vi.waitFor(async () => {
        if (!(await canConnect(port))) throw new Error(`${name} does not listen: ${words}`);
      }, 10_000);
    });
    afterAll(async () => {
      const ended = proxy.exitCode === null ? once(proxy, 'exit') : null;
      proxy.kill('SIGTERM');
      await ended;
      for (const server of [web, gateway]) {
        server.closeAllConnections();
        server.close();
      }
    });

    const ask = (path: string, options: { method?: string; headers?: object } = {}) =>
      request({
        host: '127.0.0.1',
        port,
        path,
        method: options.method ?? 'GET',
        servername: 'attune.example',
        ca: readFileSync(certificate),
        agent: false,
        headers: { host: 'attune.example', ...options.headers },
      });

    const answerOf = async (asked: ReturnType<typeof request>): Promise<IncomingMessage> => {
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      return answer;
    };

    test('names host, scheme and client to web', async () => {
      const asked = ask('/');
      asked.end();
      const { headers } = (await readJson(await answerOf(asked))) as Seen;
      expect(headers).toMatchObject({
        host: 'attune.example',
        'x-forwarded-proto': 'https',
        'x-forwarded-for': '127.0.0.1',
      });
    });

    test('lets a body of 1 MiB through', async () => {
      const asked = ask('/', { method: 'POST' });
      asked.end(Buffer.alloc(BODY_BYTES, 'a'));
      const answer = await answerOf(asked);
      expect(answer.statusCode).toBe(200);
      expect(((await readJson(answer)) as Seen).bytes).toBe(BODY_BYTES);
    });

    test('passes an event on before the next one is written', async () => {
      const asked = ask('/stream');
      asked.end();
      const answer = await answerOf(asked);
      answer.setEncoding('utf8');
      let heard = '';
      answer.on('data', (text: string) => (heard += text));
      await expect.poll(() => heard, { timeout: 5_000 }).toBe('data: first\n\n');
      const release = ask('/release');
      release.end();
      (await answerOf(release)).resume();
      await expect.poll(() => heard, { timeout: 5_000 }).toContain('data: second');
    });

    test('passes the upgrade to a WebSocket on to the gateway, and bytes both ways', async () => {
      const asked = ask('/ws', { headers: { connection: 'Upgrade', upgrade: 'websocket' } });
      asked.end();
      const [answer, socket] = (await once(asked, 'upgrade')) as [IncomingMessage, NodeJS.Socket];
      expect(answer.statusCode).toBe(101);
      socket.write('hello');
      const [echo] = (await once(socket, 'data')) as [Buffer];
      expect(echo.toString()).toBe('hello');
      socket.end();
    });
  });
});

function canConnect(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1');
  socket.once('connect', () => {
    socket.destroy();
    resolve(true);
  });
  socket.once('error', () => resolve(false));
  return promise;
}

async function readJson(answer: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return JSON.parse(text);
}
