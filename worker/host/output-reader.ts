import { Socket } from 'node:net';

/** A process that survived its leader may hold the pipe; nobody waits longer than this for it. */
const LINGER_MS_MAX = 500;
const LINGER_STEP_MS = 25;

export interface OutputReader {
  /** Resolves once every byte that we will ever take has been handed on; true when the end was seen. */
  readonly done: Promise<boolean>;
  /** The process has ended: whoever still holds the other end gets half a second. */
  linger(): void;
}

/**
 * Hands on what arrives, one chunk at a time. While the consumer is busy nothing is read, so
 * the pipe fills and the kernel stops the writer.
 */
export function readOutput(
  fd: number,
  consume: (chunk: Buffer) => void | Promise<void>,
  onProblem: (error: unknown) => void,
): OutputReader {
  const { promise: done, resolve } = Promise.withResolvers<boolean>();
  const socket = new Socket({ fd, readable: true, writable: false });
  let hasEnded = false;
  let isBusy = false;

  const hand = async (chunk: Buffer): Promise<void> => {
    isBusy = true;
    socket.pause();
    try {
      await consume(chunk);
    } catch (error) {
      onProblem(error); // the process must not hang because its output could not be kept
    } finally {
      isBusy = false;
      socket.resume();
    }
  };
  socket.on('data', (chunk) => void hand(chunk));
  socket.on('end', () => (hasEnded = true));
  socket.on('error', onProblem);
  socket.on('close', () => resolve(hasEnded));

  const linger = () => {
    let idleMs = 0;
    const timer = setInterval(() => {
      // Time that the consumer takes is not the holder's: bytes already written must not be lost.
      if (!isBusy) idleMs += LINGER_STEP_MS;
      if (idleMs >= LINGER_MS_MAX) socket.destroy();
    }, LINGER_STEP_MS);
    void done.then(() => clearInterval(timer));
  };
  return { done, linger };
}
