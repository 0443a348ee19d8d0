import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A wire between a browser and the product that can be cut, as a network would be: in the middle of anything. */
export interface Wire {
  readonly url: string;
  /** How often a stream was asked for again, by one that says what it saw last. */
  resumed(): number;
  /** Lets half of what comes next through, and then nothing: each connection breaks, a stream in the middle of an event. */
  cut(): void;
  /** Breaks every connection, and each that is tried until it is mended. */
  tear(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function wireTo(productUrl: string): Promise<Wire> {
  const { hostname, port } = new URL(productUrl);
  const open = new Set<{ isCut: boolean }>();
  const sockets = new Set<Socket>();
  let resumed = 0;
  let isTorn = false;

  const server = createServer((browser) => {
    if (isTorn) return void browser.destroy();
    const product = connect(Number(port), hostname);
    const state = { isCut: false };
    open.add(state);
    sockets.add(browser).add(product);
    browser.on('data', (asked) => {
      if (/^last-event-id: /im.test(asked.toString('latin1'))) resumed += 1;
      product.write(asked);
    });
    product.on('data', (answer) => {
      if (!state.isCut) return void browser.write(answer);
      browser.write(answer.subarray(0, answer.length / 2), () => browser.destroy());
      product.destroy();
    });
    const end = () => {
      open.delete(state);
      for (const socket of [browser, product]) {
        sockets.delete(socket);
        socket.destroy();
      }
    };
    for (const socket of [browser, product]) socket.on('error', end).on('close', end);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port is free');

  return {
    url: `http://127.0.0.1:${address.port}`,
    resumed: () => resumed,
    cut: () => {
      for (const state of open) state.isCut = true;
    },
    tear: () => {
      isTorn = true;
      for (const socket of sockets) socket.destroy();
    },
    mend: () => {
      isTorn = false;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
