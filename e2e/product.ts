import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export const PASSWORD = process.env['ATTUNE_E2E_PASSWORD'] ?? 'a password for the end-to-end tests';

/** The whole product, started as a newcomer starts it, on free ports and with a data directory of its own. */
export interface Product {
  readonly url: string;
  readonly dataDir: string;
  readonly process: ChildProcess;
  /** What `npm start` has printed so far. */
  output(): string;
  stop(): Promise<void>;
}

const START_MS_MAX = 240_000;
const STOP_MS_MAX = 45_000;

/** What every command on its data directory needs, and nothing of what is set here. */
export const productEnvironment = (dataDir: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
  NODE_ENV: 'production',
  LANG: 'C.UTF-8',
  GATEWAY_PORT: '0', // several products may start at the same moment
  ATTUNE_DATA_DIR: dataDir,
  ATTUNE_ADMIN_PASSWORD: PASSWORD,
});

export async function startProduct(more: Readonly<Record<string, string>> = {}): Promise<Product> {
  const dataDir = mkdtempSync(join(tmpdir(), 'attune-e2e-'));
  chmodSync(dataDir, 0o711);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [resolve('bin/cli.ts'), 'start'], {
    env: { ...productEnvironment(dataDir), PORT: String(port), WORKER_SLOTS: '16', ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await untilReady(url, child, () => text);
  return { url, dataDir, process: child, output: () => text, stop: () => stop(child, dataDir) };
}

async function untilReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + START_MS_MAX;
  while (Date.now() < deadline) {
    if (child.exitCode !== null)
      throw new Error(`The product ended while it started:\n${output()}`);
    const health = await fetch(`${url}/health/detailed`).then(
      (response) => response.json() as Promise<{ workers?: number }>,
      () => ({ workers: 0 }),
    );
    if ((health.workers ?? 0) > 0 && /Ctrl-C/.test(output())) return;
    await delay(200);
  }
  child.kill('SIGKILL');
  throw new Error(`The product did not start in time:\n${output()}`);
}

async function stop(child: ChildProcess, dataDir: string): Promise<void> {
  if (child.exitCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    await Promise.race([ended, delay(STOP_MS_MAX).then(() => child.kill('SIGKILL'))]);
  }
  rmSync(dataDir, { recursive: true, force: true });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port is free');
  return address.port;
}
