import { once } from 'node:events';
import { createServer } from 'node:http';

export interface Receiver {
  readonly url: string;
  /** What was posted to a path, as soon as it has been. */
  received(path: string): Promise<string>;
  close(): void;
}

const WAIT_MS_MAX = 30_000;

/** Where programs of the test post what only they know. */
export async function receiveTokens(): Promise<Receiver> {
  const posted = new Map<string, string>();
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      posted.set(request.url ?? '', text);
      response.end('ok');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const received = async (path: string): Promise<string> => {
    for (const until = Date.now() + WAIT_MS_MAX; Date.now() < until;) {
      const text = posted.get(path);
      if (text !== undefined) return text;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`Nothing was posted to ${path}`);
  };
  return { url: `http://127.0.0.1:${port}`, received, close: () => void server.close() };
}
