import { request } from 'node:http';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { signSensorToken } from '#server/auth/process-token.ts';
import { publishSigningKey, type SigningKey } from '#server/auth/signing-key.ts';
import { sql } from '#server/db/sql.ts';
import { closeLive } from '#server/live/changes.ts';
import { recordEnd, type SensorLease, takeSensor } from '#server/sensors/process-repository.ts';
import { beginProcess } from '#server/sensors/process-tokens.ts';
import { type Gateway, startGateway } from '#worker/gateway/start-gateway.ts';
import { aWorker } from './catalogue.ts';
import type { SensorFixture } from './sensors.ts';

/** One gateway for the file that imports this. */
export let gateway: Gateway;
export let workerId: number;
let key: SigningKey;

beforeAll(async () => {
  workerId = await aWorker();
  key = await publishSigningKey(sql, workerId);
  gateway = await startGateway({ host: '127.0.0.1', port: 0, workerId });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await closeLive();
});

type Message = Record<string, unknown> & { payload?: Record<string, unknown> };

export interface Client {
  readonly socket: WebSocket;
  readonly messages: Message[];
  readonly closed: Promise<number>;
  send(message: object | string): void;
  /** The changes that it was told, `rule.created 17`. */
  told(): string[];
}

export async function connect(token: string): Promise<Client> {
  const socket = new WebSocket(gateway.url, { headers: { authorization: `Bearer ${token}` } });
  const messages: Message[] = [];
  socket.on('message', (data: Buffer) =>
    messages.push(JSON.parse(data.toString('utf8')) as Message),
  );
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  onTestFinished(() => socket.terminate());
  return {
    socket,
    messages,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    told: () =>
      messages
        .filter(({ type }) => type === 'notification')
        .map(({ payload }) => `${String(payload?.['event_type'])} ${String(payload?.['rule_id'])}`),
  };
}

export async function tokenOf(
  sensor: SensorFixture,
  signedBy: SigningKey = key,
): Promise<{ token: string; lease: SensorLease }> {
  const lease = await takeSensor(sensor.id, workerId, 60);
  if (lease === null) throw new Error('The sensor is held by another worker');
  const owner = {
    sensorRef: sensor.ref,
    packRef: sensor.packRef,
    triggerRefs: [sensor.trigger],
    kid: signedBy.id,
  };
  const facts = await beginProcess(lease, owner, false);
  if (facts === null) throw new Error('The lease was lost');
  return { token: await signSensorToken(facts, signedBy), lease };
}

export const end = (lease: SensorLease) =>
  recordEnd(lease, {
    status: 'stopped',
    exitCode: null,
    signal: 'SIGTERM',
    error: null,
    failures: 0,
    restartInMs: null,
    tokenEndReason: 'sensor_stopped',
    release: true,
  });

/** The status and the words of a refused handshake. */
export const refusal = (
  url: string,
  options: { protocols?: string[]; token?: string } = {},
): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
    const socket = new WebSocket(url, options.protocols ?? [], { headers });
    socket.on('open', () => reject(new Error('The gateway let us in')));
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });

/** The status of a handshake with as many Authorization headers as are given; 101 lets in. */
export const handshakeWith = (authorization: string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    };
    const { port } = gateway;
    const sent = request({ host: '127.0.0.1', port, path: '/ws', headers, agent: false });
    sent.setHeader('authorization', authorization);
    sent.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject).end();
  });
