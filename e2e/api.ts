import type { Execution } from '#lib/contracts/executions.ts';
import { isFinal } from '#lib/domain/execution-status.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test says what it expects by what it reads
  readonly body: any;
}

/** A stream that is being read. */
export interface Following {
  readonly status: () => number | null;
  /** When the server has nothing more to say. */
  readonly ended: Promise<void>;
  /** Reads no more, and says what came. */
  readonly stop: () => Promise<string>;
}

const WAIT_MS_MAX = 30_000;

/** The API as a client sees it. Refusals are answers, not exceptions, unless a helper needs success. */
export class Api {
  readonly url: string;
  readonly #token: string | null;

  constructor(url: string, token: string | null) {
    this.url = url;
    this.#token = token;
  }

  static async logIn(url: string, login: string, password: string): Promise<Api> {
    const answer = await new Api(url, null).ask('POST', '/auth/login', { login, password });
    if (answer.status !== 200)
      throw new Error(`Login was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return new Api(url, answer.body.data.access_token);
  }

  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(this.#token !== null && { authorization: `Bearer ${this.#token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    };
  }

  async get(path: string): Promise<Answer['body']> {
    return this.#succeed('GET', path);
  }

  async post(path: string, body: unknown = {}): Promise<Answer['body']> {
    return this.#succeed('POST', path, body);
  }

  async delete(path: string): Promise<Answer['body']> {
    return this.#succeed('DELETE', path);
  }

  /** Asks for a run of an action. */
  async run(action_ref: string, parameters: object = {}, more: object = {}): Promise<Execution> {
    return (await this.post('/api/v1/executions', { action_ref, parameters, ...more })).data;
  }

  /** Runs an action to its end. */
  async runToEnd(
    action_ref: string,
    parameters: object = {},
    more: object = {},
  ): Promise<Execution> {
    return this.untilEnded((await this.run(action_ref, parameters, more)).id);
  }

  async untilEnded(id: number): Promise<Execution> {
    const deadline = Date.now() + WAIT_MS_MAX;
    while (Date.now() < deadline) {
      const { data } = (await this.get(`/api/v1/executions/${id}`)) as { data: Execution };
      if (isFinal(data.status)) return data;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`Execution ${id} did not end in ${WAIT_MS_MAX} ms`);
  }

  /** The same for many, asked about together: a poll for each would be more load than the runs themselves. */
  async untilAllEnded(traceTag: string, count: number): Promise<Execution[]> {
    const deadline = Date.now() + WAIT_MS_MAX;
    while (Date.now() < deadline) {
      const page = (await this.get(`/api/v1/executions?trace_tag=${traceTag}&page_size=1000`)) as {
        items: Execution[];
      };
      if (page.items.length === count && page.items.every(({ status }) => isFinal(status)))
        return page.items;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${count} executions of ${traceTag} did not end in ${WAIT_MS_MAX} ms`);
  }

  /** Reads a stream of events until it is told to stop; then says what came. */
  follow(path: string): Following {
    const end = new AbortController();
    let [text, status]: [string, number | null] = ['', null];
    const read = async () => {
      const response = await fetch(`${this.url}${path}`, {
        headers: {
          accept: 'text/event-stream',
          ...(this.#token !== null && { authorization: `Bearer ${this.#token}` }),
        },
        signal: end.signal,
      });
      status = response.status;
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? [])
        text += decoder.decode(chunk, { stream: true });
    };
    const reading = read().catch((error: unknown) => {
      if (!end.signal.aborted) throw error;
    });
    const stop = async (): Promise<string> => {
      end.abort();
      await reading;
      return text;
    };
    return { status: () => status, ended: reading, stop };
  }

  async logs(id: number): Promise<string> {
    return this.get(`/api/v1/executions/${id}/logs`);
  }

  async #succeed(method: string, path: string, body?: unknown): Promise<Answer['body']> {
    const answer = await this.ask(method, path, body);
    if (answer.status >= 300)
      throw new Error(
        `${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`,
      );
    return answer.body;
  }
}
