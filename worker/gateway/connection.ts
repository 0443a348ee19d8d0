import { randomUUID } from 'node:crypto';
import { type RawData, WebSocket } from 'ws';
import { AppError } from '#lib/errors.ts';
import { ProcessTokenRefused } from '#server/auth/process-token.ts';
import { onChange } from '#server/live/changes.ts';
import { log } from '#server/log.ts';
import type { Caller } from './authenticate.ts';
import { ClientMessage, type Publish } from './messages.ts';
import { publish, type PublishAnswer, type PublishError } from './publish.ts';
import { Subscriptions, type Surroundings } from './subscriptions.ts';

export const TOKEN_EXPIRED = 4401;
const TOKEN_CHECK_MS = 30_000;
const HEARTBEAT_MS = 15_000;
const UNACKNOWLEDGED_MAX = 256;
/** A reader with more than this waiting does not read any more. */
const UNREAD_BYTES_MAX = 4 * 1024 * 1024;

/** One authenticated WebSocket. It ends with its token. */
export class Connection {
  readonly caller: Caller;
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #subscriptions: Subscriptions;
  readonly #stops: (() => void)[] = [];
  #unacknowledged = 0;
  #isAlive = true;

  constructor(socket: WebSocket, caller: Caller, around: Surroundings) {
    this.#socket = socket;
    this.caller = caller;
    this.#subscriptions = new Subscriptions(caller, around, {
      send: (text) => this.#send(text),
      complain: (message) => this.#complain(message),
    });
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('pong', () => (this.#isAlive = true));
    socket.on('error', (error) => log.debug({ err: error }, 'a connection of the gateway broke'));
    socket.on('close', () => {
      this.#leave();
      closed.resolve();
    });
    this.#every(HEARTBEAT_MS, () => this.#beat());
    this.#every(TOKEN_CHECK_MS, () => void this.#checkToken());
    this.#stops.push(onChange(this.#tokenTopics(), () => void this.#checkToken()));
    this.#send(
      JSON.stringify({ type: 'welcome', client_id: randomUUID(), message: 'Connected to Attune' }),
    );
    // The token may have ended between the handshake and here.
    void this.#checkToken();
  }

  /** Null unless it is the connection of a sensor. */
  get sensorId(): number | null {
    return this.caller.actor.kind === 'sensor' ? this.caller.actor.sensorId : null;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  follows(triggerRef: string): boolean {
    return this.isOpen && this.#subscriptions.follows(triggerRef);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    // Whoever does not answer to the close is not waited for.
    setTimeout(() => this.#socket.terminate(), 1_000).unref();
  }

  #receive(data: RawData, isBinary: boolean): void {
    const message = isBinary ? null : parse(data);
    if (message === null)
      return this.#complain('The message is no JSON. Send one JSON object per text message.');
    const parsed = ClientMessage.safeParse(message);
    if (!parsed.success) {
      const [problem] = parsed.error.issues;
      return this.#complain(
        `The message does not fit: ${problem?.path.join('.')}: ${problem?.message}.`,
        idOf(message),
      );
    }
    switch (parsed.data.type) {
      case 'ping':
        return;
      case 'subscribe':
        return this.#subscriptions.add(parsed.data.filter);
      case 'unsubscribe':
        return this.#subscriptions.remove(parsed.data.filter);
      case 'publish':
        return void this.#publish(parsed.data);
    }
  }

  async #publish(message: Publish): Promise<void> {
    if (this.#unacknowledged >= UNACKNOWLEDGED_MAX) return this.#answer(tooMany(message.id));
    this.#unacknowledged++;
    const answer = await publish(this.caller, message);
    this.#unacknowledged--;
    this.#answer(answer);
    if (answer.type === 'error' && answer.code === 'UNAUTHORIZED')
      this.close(TOKEN_EXPIRED, 'token expired');
  }

  #answer(answer: PublishAnswer): void {
    this.#send(JSON.stringify(answer));
  }

  #complain(message: string, id?: unknown): void {
    this.#send(
      JSON.stringify({
        type: 'error',
        message,
        ...(id !== undefined && { id, code: 'VALIDATION_ERROR' }),
      }),
    );
  }

  #send(text: string): void {
    if (!this.isOpen) return;
    if (this.#socket.bufferedAmount > UNREAD_BYTES_MAX) {
      log.warn(
        { actor: this.caller.actor.kind },
        'a reader of the gateway is too slow and was disconnected',
      );
      return this.#socket.terminate();
    }
    this.#socket.send(text);
  }

  async #checkToken(): Promise<void> {
    try {
      await this.caller.verify();
    } catch (error) {
      if (isRefusal(error)) this.close(TOKEN_EXPIRED, 'token expired');
      else log.warn({ err: error }, 'a token of the gateway could not be checked'); // the next check will tell
    }
  }

  #tokenTopics(): Parameters<typeof onChange>[0] {
    const { actor } = this.caller;
    if (actor.kind === 'sensor') return [`sensor:${actor.sensorId}`];
    return actor.kind === 'execution' ? [`execution:${actor.executionId}`] : [];
  }

  #beat(): void {
    if (!this.#isAlive) return this.#socket.terminate();
    this.#isAlive = false;
    if (this.isOpen) this.#socket.ping();
  }

  #every(ms: number, work: () => void): void {
    const timer = setInterval(work, ms);
    this.#stops.push(() => clearInterval(timer));
  }

  #leave(): void {
    for (const stop of this.#stops) stop();
    this.#subscriptions[Symbol.dispose]();
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof ProcessTokenRefused ||
  (error instanceof AppError && error.code === 'UNAUTHORIZED');

const tooMany = (id: Publish['id']): PublishError => ({
  type: 'error',
  id,
  message: `${UNACKNOWLEDGED_MAX} events of this connection wait for their acknowledgement. Send this one again later.`,
  code: 'TOO_MANY_REQUESTS',
  retry_after_seconds: 1,
});

function parse(data: RawData): unknown {
  try {
    // One buffer, since that is what `binaryType` asks for by default.
    return JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : '');
  } catch {
    return null;
  }
}

/** So that a publisher learns which of its messages was wrong. */
function idOf(message: unknown): unknown {
  const id: unknown =
    typeof message === 'object' && message !== null ? Reflect.get(message, 'id') : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}
