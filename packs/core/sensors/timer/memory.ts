import { setTimeout as wait } from 'node:timers/promises';
import type { Api } from './api.ts';
import { isRecord } from './json.ts';
import { reasonOf, type Log } from './log.ts';

const SAVE_DELAY_MS = 5_000;
const LOAD_RETRY_MS = 5_000;

export type LastFire = { readonly atMs: number; readonly count: number };

/**
 * The last fires of the rules that make up for missed ones, kept over restarts in a key of the
 * sensor's own. What the latest seconds added may be lost with a crash; made up for again, those
 * fires carry the same `dedupe_key` and are the same events.
 */
export class Memory {
  readonly #fires = new Map<number, LastFire>();
  readonly #api: Api;
  readonly #sensorRef: string;
  readonly #log: Log;
  #isLoaded = false;
  #isChanged = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(api: Api, sensorRef: string, log: Log) {
    this.#api = api;
    this.#sensorRef = sensorRef;
    this.#log = log;
  }

  /** What an earlier process left. Tries until the platform answers. */
  async load(): Promise<Map<number, LastFire>> {
    for (;;) {
      try {
        const found = await this.#read();
        for (const [id, fire] of found) if (!this.#fires.has(id)) this.#fires.set(id, fire);
        this.#isLoaded = true;
        if (this.#isChanged) this.#saveSoon();
        return found;
      } catch (error) {
        this.#log(
          'warn',
          `the last fires cannot be read: ${reasonOf(error)}; next attempt in ${LOAD_RETRY_MS} ms`,
        );
        await wait(LOAD_RETRY_MS);
      }
    }
  }

  remember(ruleId: number, fire: LastFire): void {
    this.#fires.set(ruleId, fire);
    this.#saveSoon();
  }

  forget(ruleId: number): void {
    if (this.#fires.delete(ruleId)) this.#saveSoon();
  }

  /** Writes what has changed. Before `load` it writes nothing, or it would erase what is there. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isChanged || !this.#isLoaded) return;
    this.#isChanged = false;
    try {
      await this.#write();
    } catch (error) {
      this.#log('warn', `the last fires cannot be saved: ${reasonOf(error)}`);
      this.#saveSoon();
    }
  }

  #saveSoon(): void {
    this.#isChanged = true;
    this.#timer ??= setTimeout(() => void this.save(), SAVE_DELAY_MS);
  }

  get #ref(): string {
    return `sensor.${this.#sensorRef}.state`;
  }

  get #path(): string {
    return `/api/v1/keys/${encodeURIComponent(this.#ref)}`;
  }

  async #read(): Promise<Map<number, LastFire>> {
    const { status, body } = await this.#api.call('GET', this.#path);
    if (status === 404) return new Map();
    if (status !== 200 || !isRecord(body))
      throw new Error(`GET ${this.#path} was answered ${status}`);
    const key = isRecord(body['data']) ? body['data'] : body;
    const fires = isRecord(key['value']) ? key['value']['fires'] : undefined;
    return new Map(
      Object.entries(isRecord(fires) ? fires : {}).flatMap(([id, fire]) => {
        const atMs = isRecord(fire) ? Date.parse(String(fire['at'])) : Number.NaN;
        const count = isRecord(fire) ? Number(fire['count']) : Number.NaN;
        if (Number.isNaN(atMs)) return [];
        return [[Number(id), { atMs, count: Number.isNaN(count) ? 0 : count }]];
      }),
    );
  }

  async #write(): Promise<void> {
    const fires = Object.fromEntries(
      [...this.#fires].map(([id, { atMs, count }]) => [
        id,
        { at: new Date(atMs).toISOString(), count },
      ]),
    );
    const value = { version: 1, fires };
    const update = await this.#api.call('PUT', this.#path, { value });
    if (update.status !== 404) return expectOk('PUT', this.#path, update.status);
    const create = await this.#api.call('POST', '/api/v1/keys', {
      local_ref: 'state',
      ref: this.#ref,
      owner_type: 'sensor',
      owner_sensor_ref: this.#sensorRef,
      name: 'state',
      value,
    });
    expectOk('POST', '/api/v1/keys', create.status);
  }
}

function expectOk(method: string, path: string, status: number): void {
  if (status < 200 || status > 299) throw new Error(`${method} ${path} was answered ${status}`);
}
