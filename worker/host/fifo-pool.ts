import { closeSync, constants, openSync, rmSync } from 'node:fs';

const BATCH = 64;

/** A FIFO whose reading end we hold. */
export interface Fifo {
  readonly path: string;
  readonly fd: number;
}

/** Named pipes in a private directory, made by the host and used again when their end was seen. */
export class FifoPool {
  #directory: string;
  #make: (paths: readonly string[]) => Promise<void>;
  #free: string[] = [];
  #made = 0;
  #making: Promise<void> | null = null;

  constructor(directory: string, make: (paths: readonly string[]) => Promise<void>) {
    this.#directory = directory;
    this.#make = make;
  }

  /** Opened before the host opens the writing end, which would fail otherwise. */
  async take(): Promise<Fifo> {
    while (this.#free.length === 0) await this.#more();
    const path = this.#free.pop() ?? '';
    return { path, fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK) };
  }

  /** A pipe whose end was not seen may still have a writer, whose words the next reader would get. */
  giveBack({ path }: Fifo, isClean: boolean): void {
    if (isClean) this.#free.push(path);
    else rmSync(path, { force: true });
  }

  /** For a pipe that nobody has read from or written to. */
  giveBackUnread(fifo: Fifo): void {
    closeSync(fifo.fd);
    this.giveBack(fifo, false);
  }

  #more(): Promise<void> {
    const batch = Array.from({ length: BATCH }, () => `${this.#directory}/fifo-${++this.#made}`);
    this.#making ??= this.#make(batch)
      .then(() => void this.#free.push(...batch))
      .finally(() => (this.#making = null));
    return this.#making;
  }
}
