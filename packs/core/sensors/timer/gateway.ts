import { WebSocket, type RawData } from 'ws';
import { isRecord, parseJson, type JsonRecord } from './json.ts';
import type { Log } from './log.ts';

const RECONNECT_MS_MIN = 100;
const RECONNECT_MS_MAX = 5_000;
const PING_MS = 10_000;
/** The platform's code for a token that has ended: there should be a new one in the state file. */
const TOKEN_ENDED = 4401;

export type GatewayOptions = {
  readonly url: string | null;
  readonly token: () => string;
  readonly filters: readonly string[];
  readonly log: Log;
  /** Connected and subscribed. */
  readonly onOpen: () => void;
  /** The connection is lost (`wasOpen`), or an attempt to make one has failed. */
  readonly onClose: (wasOpen: boolean) => void;
  readonly onMessage: (message: JsonRecord) => void;
};

/** One WebSocket to the platform, opened again for as long as the sensor runs. */
export class Gateway {
  readonly #options: GatewayOptions;
  #socket: WebSocket | null = null;
  #retryMs = RECONNECT_MS_MIN;
  #retry: NodeJS.Timeout | undefined;
  #isStopped = false;
  #wasOpen = false;
  #hasFailed = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Whether the last attempt to connect came to nothing: time to go another way. */
  get isUnreachable(): boolean {
    return this.#options.url === null || (this.#hasFailed && !this.isOpen);
  }

  connect(): void {
    const { url, token, filters, log } = this.#options;
    if (url === null) {
      log(
        'warn',
        'no gateway is configured (ATTUNE_NOTIFIER_WS_URL); events go to the API, rules are read from it',
      );
      return;
    }
    const socket = new WebSocket(url, {
      headers: { Authorization: `Bearer ${token()}` },
      handshakeTimeout: 5_000,
      maxPayload: 4 * 1024 * 1024,
      perMessageDeflate: false,
    });
    this.#socket = socket;
    const stopPinging = keepAlive(socket);
    socket.on('open', () => {
      this.#retryMs = RECONNECT_MS_MIN;
      this.#wasOpen = true;
      this.#hasFailed = false;
      for (const filter of filters) this.send({ type: 'subscribe', filter });
      log('info', `connected to the gateway ${url}`);
      this.#options.onOpen();
    });
    socket.on('message', (data: RawData) => {
      const message = parseJson(data.toString());
      if (isRecord(message)) this.#options.onMessage(message);
    });
    let failure = '';
    socket.on('error', (error) => (failure = `: ${error.message}`));
    socket.on('close', (code, reason) => {
      stopPinging();
      this.#closed(code, `${failure}${reason.length > 0 ? `: ${reason.toString()}` : ''}`);
    });
  }

  /** @returns false when it is not connected */
  send(message: JsonRecord | object): boolean {
    if (!this.isOpen) return false;
    this.#socket?.send(JSON.stringify(message));
    return true;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#retry);
    this.#socket?.close(1000);
  }

  #closed(code: number, detail: string): void {
    const wasOpen = this.#wasOpen;
    this.#socket = null;
    this.#wasOpen = false;
    if (this.#isStopped) return;
    // The first attempt after a loss is free: a gateway that restarts is often back at once.
    this.#hasFailed = !wasOpen;
    const why = code === TOKEN_ENDED ? 'the token has ended' : `code ${code}`;
    const level = this.#retryMs >= RECONNECT_MS_MAX ? 'debug' : 'warn';
    this.#options.log(
      level,
      `not connected to the gateway (${why}${detail}); next attempt in ${this.#retryMs} ms`,
    );
    this.#retry = setTimeout(() => this.connect(), this.#retryMs);
    this.#retryMs = Math.min(RECONNECT_MS_MAX, this.#retryMs * 2);
    this.#options.onClose(wasOpen);
  }
}

/** Ends a connection whose other side has gone without a word. */
function keepAlive(socket: WebSocket): () => void {
  let isAlive = true;
  socket.on('pong', () => (isAlive = true));
  const timer = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, PING_MS);
  return () => clearInterval(timer);
}
