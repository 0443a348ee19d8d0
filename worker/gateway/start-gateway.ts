import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { AppError } from '#lib/errors.ts';
import { ProcessTokenRefused } from '#server/auth/process-token.ts';
import { log } from '#server/log.ts';
import type { RuleState } from '#server/sensors/process-rules.ts';
import { authenticateUpgrade, type Caller, PROTOCOL, Refused } from './authenticate.ts';
import { Connection, TOKEN_EXPIRED } from './connection.ts';
import { MESSAGE_BYTES_MAX } from './messages.ts';
import { RuleWatch } from './rule-watch.ts';
import { SensorSeeds } from './sensor-seeds.ts';

const PATH = '/ws';
const CONNECTIONS_MAX = 1_000;
const GOING_AWAY = 1001;
const CLOSE_MS_MAX = 2_000;

export interface GatewayOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly workerId: number;
  /** `GATEWAY_URL`: where it is reached from, when that is not `ws://<host>:<port>/ws`. */
  readonly publicUrl?: string | undefined;
}

/** The message queue as sensors, runs and people see it: rule changes out, events in. */
export interface Gateway extends AsyncDisposable {
  /** `ws://<host>:<port>/ws`, as a process on this machine reaches it. */
  readonly url: string;
  readonly port: number;
  /** A process of a sensor begins here that knows these rules: whatever differs is told once it subscribes. */
  expectSensor(sensorId: number, rules: readonly RuleState[]): void;
  forgetSensor(sensorId: number): void;
  /** Whether the sensor hears of changes to the rules of all these triggers. */
  isSubscribed(sensorId: number, triggerRefs: readonly string[]): boolean;
  hasConnected(sensorId: number): boolean;
}

/**
 * Starts the gateway of this worker.
 *
 * @throws Error in one sentence when the port is taken
 */
export async function startGateway({
  host,
  port,
  workerId,
  publicUrl,
}: GatewayOptions): Promise<Gateway> {
  // Two Authorization headers are joined to what is no token, instead of the second being dropped.
  const server = createServer({ joinDuplicateHeaders: true }, (_, response) => {
    response.writeHead(426, { 'content-type': 'text/plain', connection: 'close' });
    response.end(`This is the gateway: connect a WebSocket to ${PATH}.\n`);
  });
  server.requestTimeout = 10_000;
  await listen(server, host, port);
  const address = server.address() as AddressInfo;
  log.info({ workerId, port: address.port }, 'gateway listens');
  return new WebSocketGateway(
    server,
    publicUrl ?? `ws://${reachable(host)}:${address.port}${PATH}`,
    address.port,
  );
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
  server.removeAllListeners('error');
  server.on('error', (error) => log.error({ err: error }, 'the gateway has a problem'));
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new Error(
      `The gateway's port ${port} is taken: set GATEWAY_PORT to a free one, or to 0.`,
      { cause: error },
    );
  }
  return new Error(
    `The gateway cannot listen on ${host}:${port} (${error.message}): check GATEWAY_HOST and GATEWAY_PORT.`,
    {
      cause: error,
    },
  );
}

class WebSocketGateway implements Gateway {
  readonly url: string;
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #connections = new Set<Connection>();
  readonly #seeds = new SensorSeeds();
  readonly #watch = new RuleWatch();
  /** Handshakes that are being looked at. */
  #pending = 0;
  #isClosing = false;

  constructor(server: Server, url: string, port: number) {
    this.#server = server;
    this.port = port;
    this.url = url;
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: MESSAGE_BYTES_MAX,
      perMessageDeflate: false,
      // The token is offered as a protocol too, and must not be said back.
      handleProtocols: (protocols) => (protocols.has(PROTOCOL) ? PROTOCOL : false),
    });
    server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
  }

  expectSensor(sensorId: number, rules: readonly RuleState[]): void {
    this.forgetSensor(sensorId);
    this.#seeds.expect(sensorId, rules);
  }

  forgetSensor(sensorId: number): void {
    this.#seeds.forget(sensorId);
    for (const connection of this.#of(sensorId)) connection.close(TOKEN_EXPIRED, 'sensor stopped');
  }

  isSubscribed(sensorId: number, triggerRefs: readonly string[]): boolean {
    const connections = this.#of(sensorId);
    return connections.some((connection) => triggerRefs.every((ref) => connection.follows(ref)));
  }

  hasConnected(sensorId: number): boolean {
    return this.#seeds.hasConnected(sensorId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    this.#watch[Symbol.dispose]();
    const stopped = new Promise((resolve) => this.#server.close(resolve));
    const all = [...this.#connections];
    for (const connection of all) connection.close(GOING_AWAY, 'the gateway stops');
    await Promise.all(all.map(({ closed }) => closed));
    const timer = setTimeout(() => this.#server.closeAllConnections(), CLOSE_MS_MAX);
    this.#server.closeIdleConnections();
    await stopped;
    clearTimeout(timer);
  }

  #of(sensorId: number): Connection[] {
    return [...this.#connections].filter(
      (connection) => connection.sensorId === sensorId && connection.isOpen,
    );
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    if (new URL(request.url ?? '/', 'http://gateway').pathname !== PATH) {
      return refuse(socket, 404, {
        error: `There is nothing here. Connect to ${PATH}.`,
        code: 'NOT_FOUND',
      });
    }
    if (this.#isClosing || this.#connections.size + this.#pending >= CONNECTIONS_MAX) {
      return refuse(socket, 503, {
        error: 'The gateway takes no more connections. Try again later.',
        code: 'TOO_MANY_REQUESTS',
      });
    }
    this.#pending++;
    try {
      const caller = await authenticateUpgrade(request);
      this.#sockets.handleUpgrade(request, socket, head, (client) => this.#welcome(client, caller));
    } catch (error) {
      refuse(socket, ...toRefusal(error));
    } finally {
      this.#pending--;
    }
  }

  #welcome(client: WebSocket, caller: Caller): void {
    if (this.#isClosing) return client.close(GOING_AWAY);
    const connection = new Connection(client, caller, { watch: this.#watch, seeds: this.#seeds });
    this.#connections.add(connection);
    if (connection.sensorId !== null) this.#seeds.connected(connection.sensorId);
    void connection.closed.then(() => this.#connections.delete(connection));
  }
}

interface RefusalBody {
  readonly error: string;
  readonly code: string;
  readonly details?: unknown;
}

function toRefusal(error: unknown): [number, RefusalBody] {
  if (error instanceof Refused) return [401, { error: error.message, code: 'UNAUTHORIZED' }];
  if (error instanceof ProcessTokenRefused) {
    return [401, { error: error.message, code: 'UNAUTHORIZED', details: { reason: error.reason } }];
  }
  if (error instanceof AppError) {
    const { message, code, status, details } = error;
    return [status, { error: message, code, ...(details !== undefined && { details }) }];
  }
  log.error({ err: error }, 'a connection to the gateway could not be authenticated');
  return [
    503,
    { error: 'The token cannot be checked now. Try again later.', code: 'INTERNAL_SERVER_ERROR' },
  ];
}

/** Before the upgrade the connection is plain HTTP, and so is the answer. */
function refuse(socket: Duplex, status: number, body: RefusalBody): void {
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
}

/** A wildcard is no address to connect to. */
function reachable(host: string): string {
  if (host === '' || host === '0.0.0.0' || /^[0:]+$/.test(host)) return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
