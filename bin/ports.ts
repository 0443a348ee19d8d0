import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
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

/** A free port: the one asked for or none, else the next free one. Somebody else may still take it. @throws Problem */
export const choosePort = (wish: Wish): Promise<number> => choose(wish, isFree);

/**
 * The same for a program that is going to listen there, perhaps only when the dashboard has been built: until this
 * process ends, no other launcher of this machine takes the port. Only Linux can hold a port without listening on it;
 * elsewhere two that start at the same moment may still choose the same. @throws Problem
 */
export const takePort = (wish: Wish): Promise<number> => choose(wish, takeIfFree);

async function choose(
  { setting, host, port, isAsked, taken = [] }: Wish,
  isOurs: (host: string, port: number) => Promise<boolean>,
): Promise<number> {
  if (isAsked && port !== 0) {
    if (await isOurs(host, port)) return port;
    throw new Problem(
      `Port ${port} on ${host} is taken; set ${setting} to a free one, or leave it out and the next free one is used.`,
      'port-taken',
    );
  }
  const last = port === 0 ? -1 : Math.min(port + TRIES, 65_535);
  for (let next = port; next <= last; next += 1) {
    if (!taken.includes(next) && (await isOurs(host, next))) return next;
  }
  for (;;) {
    const any = await anyPort(host);
    if (!taken.includes(any) && (await isOurs(host, any))) return any;
  }
}

/** Held first and looked at then: two that looked at the same time would both find it free, or each other in the way. */
async function takeIfFree(host: string, port: number): Promise<boolean> {
  if (process.platform !== 'linux') return isFree(host, port);
  const holder = await hold(host, port);
  if (holder === null) return false;
  const isOurs = await isFree(host, port).catch((error: unknown) => {
    holder.close();
    throw error;
  });
  if (!isOurs) holder.close();
  return isOurs;
}

/**
 * By a socket in the abstract namespace, which is the same one for all who share the ports: the kernel gives the name
 * to one process, and takes it back at the end of that process, however it comes. Null when another one has it.
 */
async function hold(host: string, port: number): Promise<Server | null> {
  const holder = createServer((socket) => socket.destroy());
  holder.listen(`\0attune-port ${host} ${port}`);
  try {
    await once(holder, 'listening');
  } catch (error) {
    if (isNodeError(error) && error.code === 'EADDRINUSE') return null;
    throw error;
  }
  return holder.unref();
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
