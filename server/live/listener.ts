import pg from 'pg';
import { connection } from '#server/db/pool.ts';
import { dropClient } from '#server/db/drop-client.ts';
import { log } from '#server/log.ts';

const RECONNECT_MS = 500;
/** A connection whose peer vanished looks like one on which nothing happens: it is asked this often … */
const HEARTBEAT_MS = 2_000;
/** … is suspected when it has not answered for so long … */
const SUSPICION_MS = 2_000;
/** … and given up after this. */
const PATIENCE_MS = 5_000;

interface Hearing {
  readonly channel: string;
  readonly onMessage: (payload: string) => void;
  /** At each new connection: what was said before it was not heard. */
  readonly onConnected: () => void;
  /** It does not answer: a suspicion, since this process may just as well have been paused or busy. */
  readonly onSilent: () => void;
}

/** One connection that hears what is announced on a channel, and is opened anew whenever it breaks or falls silent. */
export class Listener {
  readonly #hearing: Hearing;
  #client: pg.Client | undefined;
  #connecting: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(hearing: Hearing) {
    this.#hearing = hearing;
  }

  /** Opens the connection unless it is open; resolves when it is, or one attempt has failed and the next is due. */
  async open(): Promise<void> {
    if (this.#client !== undefined || this.#isClosed) return;
    clearTimeout(this.#retry);
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    await this.#connecting;
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      ...connection(),
      application_name: 'attune live',
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
    });
    client.on('error', (error) => log.debug({ err: error }, 'the live connection broke'));
    client.on('notification', ({ payload }) => this.#hearing.onMessage(payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${this.#hearing.channel}`);
    } catch (error) {
      log.warn({ err: error }, 'the live connection cannot be opened');
      await dropClient(client);
      this.#openLater();
      return;
    }
    if (this.#isClosed) return dropClient(client);
    this.#client = client;
    client.on('end', () => this.#lose(client));
    void this.#watch(client);
    this.#hearing.onConnected();
  }

  /** Asks the server for a sign of life, for as long as the connection is ours. */
  async #watch(client: pg.Client): Promise<void> {
    while (this.#client === client) {
      await new Promise((resolve) => setTimeout(resolve, HEARTBEAT_MS).unref());
      if (this.#client !== client) return;
      const suspicion = setTimeout(this.#hearing.onSilent, SUSPICION_MS).unref();
      try {
        await client.query('select 1');
      } catch (error) {
        if (this.#client !== client) return;
        log.warn({ err: error }, 'the live connection fell silent and is opened anew');
        this.#lose(client);
        void dropClient(client);
      } finally {
        clearTimeout(suspicion);
      }
    }
  }

  #lose(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#openLater();
  }

  #openLater(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.open(), RECONNECT_MS).unref();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    const last = this.#client;
    this.#client = undefined;
    await this.#connecting;
    if (last !== undefined) await dropClient(last);
  }
}
