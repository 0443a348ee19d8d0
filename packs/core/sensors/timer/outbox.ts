import { randomUUID } from 'node:crypto';
import type { Api } from './api.ts';
import type { TimerEvent } from './event.ts';
import type { Gateway } from './gateway.ts';
import type { JsonRecord } from './json.ts';
import { reasonOf, type Log } from './log.ts';

const UNACKNOWLEDGED_MAX = 1_000;
const ACK_MS = 10_000;
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;

type Item = {
  readonly id: string;
  readonly event: TimerEvent;
  /** When it may be sent, or sent again; steady time. */
  dueMs: number;
};

export type OutboxOptions = {
  readonly gateway: Gateway;
  readonly api: Api;
  readonly log: Log;
  readonly exchange: string;
  readonly sensorRef: string;
};

/**
 * Events on their way, oldest first. One leaves when the platform has acknowledged or refused it for
 * good; until then it is sent again after 10 s or a lost connection. The event's `dedupe_key` makes
 * a second copy harmless. Beyond 1000 the oldest is dropped.
 */
export class Outbox {
  readonly #items = new Map<string, Item>();
  readonly #options: OutboxOptions;
  readonly #check: NodeJS.Timeout;
  #isPosting = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#check = setInterval(() => this.deliver(), 250);
  }

  get size(): number {
    return this.#items.size;
  }

  add(event: TimerEvent): void {
    const [oldest] = this.#items.values();
    if (this.#items.size >= UNACKNOWLEDGED_MAX && oldest !== undefined) {
      this.#items.delete(oldest.id);
      const { dedupe_key: key } = oldest.event;
      this.#options.log(
        'error',
        `${UNACKNOWLEDGED_MAX} events wait for the platform; the oldest is dropped: ${key}`,
      );
    }
    const id = randomUUID();
    this.#items.set(id, { id, event, dueMs: 0 });
    this.deliver();
  }

  /** The connection is new: whatever was not acknowledged on the old one goes again. */
  resend(): void {
    for (const item of this.#items.values()) item.dueMs = 0;
    this.deliver();
  }

  acknowledged(id: string): void {
    this.#items.delete(id);
  }

  /** A refusal with a time to wait is not for good. */
  refused(id: string, message: string, retryAfterSeconds: number | null): void {
    const item = this.#items.get(id);
    if (item === undefined) return;
    if (retryAfterSeconds !== null) return this.#postpone(item, retryAfterSeconds * 1000);
    this.#items.delete(id);
    this.#options.log(
      'error',
      `the platform refused the event ${item.event.dedupe_key}: ${message}`,
    );
  }

  /** Sends what is due, through the gateway or, when that cannot be reached, through the API. */
  deliver(): void {
    const { gateway, exchange } = this.#options;
    if (!gateway.isOpen) {
      if (gateway.isUnreachable) void this.#post();
      return;
    }
    const now = performance.now();
    for (const item of this.#items.values()) {
      if (item.dueMs > now) continue;
      gateway.send({ type: 'publish', id: item.id, exchange, event: item.event });
      item.dueMs = now + ACK_MS;
    }
  }

  stop(): void {
    clearInterval(this.#check);
  }

  async #post(): Promise<void> {
    if (this.#isPosting) return; // in order, one at a time
    this.#isPosting = true;
    const { gateway, api, log, sensorRef } = this.#options;
    for (const item of [...this.#items.values()]) {
      if (gateway.isOpen || item.dueMs > performance.now()) continue;
      try {
        const body: JsonRecord | object = { ...item.event, source: sensorRef };
        this.#settle(item, await api.call('POST', '/api/v1/events', body));
      } catch (error) {
        log('warn', `no answer from the API: ${reasonOf(error)}; ${this.size} events are kept`);
        this.#postponeAll(RETRY_MS);
      }
    }
    this.#isPosting = false;
  }

  #settle(item: Item, answer: Awaited<ReturnType<Api['call']>>): void {
    const { status, retryAfterSeconds } = answer;
    if (status >= 200 && status < 300) return this.acknowledged(item.id);
    const isPassing = status === 401 || status === 408 || status === 429 || status >= 500;
    if (!isPassing)
      return this.refused(item.id, `HTTP ${status} ${JSON.stringify(answer.body)}`, null);
    this.#options.log('warn', `the API answered ${status}; ${this.size} events are kept`);
    this.#postponeAll((retryAfterSeconds ?? 0) * 1000);
  }

  /** What stands between us and the platform stands there for every event. */
  #postponeAll(waitMs: number): void {
    for (const item of this.#items.values()) this.#postpone(item, waitMs);
  }

  #postpone(item: Item, waitMs: number): void {
    item.dueMs = performance.now() + Math.min(RETRY_MS_MAX, Math.max(RETRY_MS, waitMs));
  }
}
