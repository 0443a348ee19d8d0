import { isRecord, parseJson, type Json, type JsonRecord } from './json.ts';

const TIMEOUT_MS = 10_000;

export type Answer = {
  readonly status: number;
  readonly body: Json | undefined;
  /** What `Retry-After` asks for; null when it does not. */
  readonly retryAfterSeconds: number | null;
};

/** The platform's REST API, as this sensor. */
export class Api {
  readonly #baseUrl: string;
  readonly #token: () => string;

  constructor(baseUrl: string, token: () => string) {
    this.#baseUrl = baseUrl;
    this.#token = token;
  }

  /**
   * Answers with any status; with 401 it has tried again if the token was rotated meanwhile.
   *
   * @throws Error when there is no answer within 10 s
   */
  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const token = this.#token();
    const answer = await this.#send(method, path, body, token);
    const current = this.#token();
    if (answer.status !== 401 || current === token) return answer;
    return this.#send(method, path, body, current);
  }

  /** All rows of a list, page by page. @throws Error when a page is refused */
  async list(path: string): Promise<JsonRecord[]> {
    const rows: JsonRecord[] = [];
    for (let page = 1; ; page += 1) {
      const { status, body } = await this.call('GET', `${path}&page=${page}&page_size=100`);
      if (status !== 200 || !isRecord(body)) throw new Error(`GET ${path} was answered ${status}`);
      const items = body['items'] ?? body['data'];
      if (!Array.isArray(items)) throw new Error(`GET ${path} was answered without a list`);
      rows.push(...items.filter(isRecord));
      const pagination = body['pagination'];
      if (items.length === 0 || !isRecord(pagination) || pagination['has_next'] !== true)
        return rows;
    }
  }

  async #send(method: string, path: string, body: unknown, token: string): Promise<Answer> {
    const response = await fetch(`${this.#baseUrl}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
    return {
      status: response.status,
      body: parseJson(await response.text()),
      retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null,
    };
  }
}
