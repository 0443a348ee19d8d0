import { Agent, request } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  /** Empty for a stream: only its head is waited for. */
  readonly text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

interface RawRequest {
  readonly method: string;
  /** Sent as it is: nothing here tidies it up. */
  readonly path: string;
  /** Several values are as many headers on the wire. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
}

/** A request whose path reaches the server as it was written, which no browser and no `fetch` would do. */
export function ask(
  base: string,
  { method, path, headers = {}, body }: RawRequest,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const all = {
      ...headers,
      ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
    };
    const sent = request({ agent, hostname, port, method, path, headers: all }, (response) => {
      const status = response.statusCode ?? 0;
      if (response.headers['content-type']?.startsWith('text/event-stream') === true) {
        response.destroy();
        resolve({ status, text: '' });
        return;
      }
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status, text })).on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
