import { once } from 'node:events';
import { createServer } from 'node:net';
import { isNodeError, Problem } from './problem.ts';

/** How many ports after the first one are tried before the system chooses. */
const TRIES = 50;

interface Wish {
  readonly setting: 'PORT' | 'GATEWAY_PORT';
  readonly host: string;
  readonly port: number;
  /** Somebody asked for exactly this one. */
  readonly isAsked: boolean;
  readonly taken?: readonly number[];
}

/** A free port: the one asked for or none, else the next free one. @throws Problem */
export async function choosePort({
  setting,
  host,
  port,
  isAsked,
  taken = [],
}: Wish): Promise<number> {
  if (isAsked && port !== 0) {
    if (await isFree(host, port)) return port;
    throw new Problem(
      `Port ${port} on ${host} is taken; set ${setting} to a free one, or leave it out and the next free one is used.`,
      'port-taken',
    );
  }
  const last = port === 0 ? -1 : Math.min(port + TRIES, 65_535);
  for (let next = port; next <= last; next += 1) {
    if (!taken.includes(next) && (await isFree(host, next))) return next;
  }
  return await anyPort(host);
}

async function isFree(host: string, port: number): Promise<boolean> {
  try {
    await anyPort(host, port);
    return true;
  } catch (error) {
    if (!isNodeError(error)) throw error;
    if (error.code === 'EADDRINUSE') return false;
    throw cannotListen(host, port, error);
  }
}

async function anyPort(host: string, port = 0): Promise<number> {
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : port;
}

function cannotListen(host: string, port: number, error: NodeJS.ErrnoException): Problem {
  if (error.code === 'EACCES') {
    return new Problem(
      `This user may not listen on port ${port}; use one from 1024 on.`,
      'port-taken',
    );
  }
  return new Problem(
    `Cannot listen on ${host}:${port} (${error.code}); set HOST to an address of this machine.`,
    'wrong-host',
    { cause: error },
  );
}
