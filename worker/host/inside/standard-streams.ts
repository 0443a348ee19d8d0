import { closeSync, constants, fchownSync, openSync, unlinkSync } from 'node:fs';
import type { StartOrder } from '../protocol.ts';
import type { UserChoice } from './user-choice.ts';

type Streams = Pick<StartOrder, 'stdinPath' | 'fifos'>;

/**
 * Opens what becomes stdin, stdout and stderr, in the form of `spawn`'s stdio. The worker holds
 * the reading ends of the FIFOs already, so an ENXIO means that it has given up.
 */
export function openStandardStreams(
  { stdinPath, fifos }: Streams,
  user: UserChoice,
): ('ignore' | number)[] {
  const opened: number[] = [];
  try {
    if (stdinPath !== null) opened.push(openDocument(stdinPath, user));
    for (const fifo of fifos) {
      opened.push(openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK));
    }
  } catch (error) {
    closeStreams(opened);
    throw error;
  }
  return stdinPath === null ? ['ignore', ...opened] : opened;
}

/** Our copies; the child has its own. */
export function closeStreams(streams: readonly ('ignore' | number)[]): void {
  for (const fd of streams) if (typeof fd === 'number') closeSync(fd);
}

/** Never a socket, which would make bash read ~/.bashrc; without a name, so that nobody finds it later. */
function openDocument(path: string, user: UserChoice): number {
  const fd = openSync(path, constants.O_RDONLY);
  unlinkSync(path);
  // Programs that open /dev/stdin by its name need the file to be theirs.
  if (user.drop) fchownSync(fd, user.userId, user.userId);
  return fd;
}
