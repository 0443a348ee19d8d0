import type { Masker, MaskStream } from '#lib/domain/masking/index.ts';
import { config } from '#server/config.ts';
import {
  appendLog,
  type LogOwner,
  type LogStream,
  type NewLogChunk,
} from '#server/executions/log-repository.ts';
import { log } from '#server/log.ts';
import type { KnownSecrets } from '#server/secrets/known-secrets.ts';
import { Tail } from './tail.ts';
import { untilWritten } from './write-end.ts';

/** Output is stored at most this often, so that what comes fast shares a statement and a notification. */
const FLUSH_MS = 100;
/** After a quiet time the first piece waits only this long for company: somebody may be reading along. */
const FIRST_FLUSH_MS = 15;
const CHUNK_BYTES_MAX = 64 * 1024;
/** More than this in memory makes the process wait until the database has it. */
const WAITING_BYTES_MAX = 1024 * 1024;
const WAITING_PIECES_MAX = 10_000;

export interface OutputEnd {
  readonly stdout: Tail;
  readonly stderr: Tail;
  /** As the process wrote it, to be parsed and then masked; nothing of it may be kept otherwise. */
  readonly unmaskedStdout: Tail;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  /** Bytes beyond the cap, which are not stored. */
  readonly truncatedBytes: number;
  readonly masked: Record<string, number>;
  /** By all that the run knew when it said its last word. */
  readonly masker: Masker;
}

interface Channel {
  readonly name: 'stdout' | 'stderr';
  mask: MaskStream;
  readonly tail: Tail;
  bytes: number;
}

/** What was said and is not stored yet; unmasked, but for what is the platform's own. */
interface Piece {
  readonly stream: LogStream;
  readonly at: Date;
  readonly content: Buffer;
}

/**
 * The output of one attempt on its way from the pipe to the database: masked, then kept as bytes, up to the cap. A cap
 * that is reached is said in the log; the process goes on.
 *
 * It is masked when it is about to be stored and not when it comes: then the run is asked first what it has been told
 * meanwhile, and nothing that it repeats is missed.
 */
export class Output {
  readonly #owner: LogOwner;
  readonly #known: KnownSecrets;
  readonly #shutdown: AbortSignal;
  readonly #channels: Record<'stdout' | 'stderr', Channel>;
  readonly #unmaskedStdout = new Tail(config().RESULT_BYTES_MAX);
  readonly #masked: Record<string, number> = {};
  #masker: Masker;
  #waiting: Piece[] = [];
  #waitingBytes = 0;
  #chunks: NewLogChunk[] = [];
  #storedBytes = 0;
  #truncatedBytes = 0;
  #seq: number;
  #timer: NodeJS.Timeout | undefined;
  /** By the clock that no one sets. */
  #flushedAt = -FLUSH_MS;
  #flushing: Promise<void> | undefined;
  #lost = false;

  /** @param shutdown aborted when the worker does not wait for the database any more */
  constructor(owner: LogOwner, lastSeq: number, known: KnownSecrets, shutdown: AbortSignal) {
    this.#owner = owner;
    this.#known = known;
    this.#shutdown = shutdown;
    this.#seq = lastSeq;
    this.#masker = known.masker;
    const channel = (name: 'stdout' | 'stderr'): Channel => ({
      name,
      mask: this.#masker.stream(),
      tail: new Tail(config().RESULT_BYTES_MAX),
      bytes: 0,
    });
    this.#channels = { stdout: channel('stdout'), stderr: channel('stderr') };
  }

  /** Takes what the process wrote. Resolves when there is room for more: until then the kernel makes it wait. */
  async write(stream: 'stdout' | 'stderr', chunk: Buffer): Promise<void> {
    this.#channels[stream].bytes += chunk.length;
    this.#wait(stream, chunk);
    if (this.#waitingBytes > WAITING_BYTES_MAX || this.#waiting.length > WAITING_PIECES_MAX)
      await this.flush();
  }

  /** A line of the platform's own, in the same log. */
  say(text: string): void {
    this.#wait('system', Buffer.from(`${text}\n`));
  }

  /** The rest is let through and stored. */
  async finish(): Promise<OutputEnd> {
    await this.flush();
    for (const channel of Object.values(this.#channels)) {
      this.#keep(channel, new Date(), channel.mask.end());
      this.#count(channel.mask);
    }
    await this.#store();
    const { stdout, stderr } = this.#channels;
    return {
      stdout: stdout.tail,
      stderr: stderr.tail,
      unmaskedStdout: this.#unmaskedStdout,
      stdoutBytes: stdout.bytes,
      stderrBytes: stderr.bytes,
      truncatedBytes: this.#truncatedBytes,
      masked: this.#masked,
      masker: this.#masker,
    };
  }

  /** Stores what has come so far. Never rejects: while the database is away it tries again. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#flushing !== undefined) await this.#flushing;
    if (this.#waiting.length === 0) return;
    this.#flushedAt = performance.now();
    this.#flushing = this.#process().finally(() => {
      this.#flushing = undefined;
    });
    await this.#flushing;
  }

  #wait(stream: LogStream, content: Buffer): void {
    this.#waiting.push({ stream, at: new Date(), content });
    this.#waitingBytes += content.length;
    this.#timer ??= setTimeout(() => void this.flush(), this.#waitMs());
  }

  #waitMs(): number {
    return Math.max(FIRST_FLUSH_MS, this.#flushedAt + FLUSH_MS - performance.now());
  }

  async #process(): Promise<void> {
    const pieces = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (this.#lost) return;
    await this.#learn(); // after the pieces were taken: what they repeat was told before
    for (const { stream, at, content } of pieces) {
      if (stream === 'system') this.#append('system', at, content);
      else {
        if (stream === 'stdout') this.#unmaskedStdout.push(content);
        const channel = this.#channels[stream];
        this.#keep(channel, at, channel.mask.write(content));
      }
    }
    await this.#store();
  }

  /** Goes on with a masker that knows what the run has been told by now. */
  async #learn(): Promise<void> {
    const masker = await untilWritten('secrets', () => this.#known.refresh(), this.#shutdown).catch(
      (error: unknown) => {
        log.error({ err: error }, 'the secrets of a run could not be read');
        return null;
      },
    );
    if (masker === null) {
      // What cannot be masked is not stored.
      this.#lost = true;
      return;
    }
    if (masker === this.#masker) return;
    this.#masker = masker;
    for (const channel of Object.values(this.#channels)) {
      const held = channel.mask.release();
      this.#count(channel.mask);
      channel.mask = masker.stream();
      this.#keep(channel, new Date(), channel.mask.write(held));
    }
  }

  #count({ counts }: MaskStream): void {
    for (const [name, times] of counts) this.#masked[name] = (this.#masked[name] ?? 0) + times;
  }

  #keep(channel: Channel, at: Date, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    channel.tail.push(bytes);
    const room = config().LOG_BYTES_MAX - this.#storedBytes;
    const kept = bytes.length <= room ? bytes : bytes.subarray(0, Math.max(room, 0));
    this.#storedBytes += kept.length;
    if (kept.length > 0) this.#append(channel.name, at, Buffer.from(kept));
    if (kept.length < bytes.length) {
      if (this.#truncatedBytes === 0) {
        const text = `The log holds ${config().LOG_BYTES_MAX} bytes and is full. The run goes on; its further output is not kept.`;
        this.#append('system', at, Buffer.from(`${text}\n`));
      }
      this.#truncatedBytes += bytes.length - kept.length;
    }
  }

  #append(stream: LogStream, at: Date, content: Buffer): void {
    for (let from = 0; from < content.length; from += CHUNK_BYTES_MAX) {
      const last = this.#chunks.at(-1);
      const piece = content.subarray(from, from + CHUNK_BYTES_MAX);
      if (
        last !== undefined &&
        last.stream === stream &&
        last.content.length + piece.length <= CHUNK_BYTES_MAX
      ) {
        this.#chunks[this.#chunks.length - 1] = {
          ...last,
          content: Buffer.concat([last.content, piece]),
        };
      } else {
        this.#seq += 1;
        this.#chunks.push({ seq: this.#seq, stream, at, content: piece });
      }
    }
  }

  async #store(): Promise<void> {
    const chunks = this.#chunks;
    this.#chunks = [];
    if (this.#lost || chunks.length === 0) return;
    // Null: the worker has to leave. False: somebody else has the attempt by now. Nothing of ours is stored any more.
    try {
      const append = () => appendLog(this.#owner, chunks);
      const stored = await untilWritten('output', append, this.#shutdown);
      if (stored !== true) this.#lost = true;
    } catch (error) {
      log.error({ err: error }, 'output could not be stored');
      this.#truncatedBytes += chunks.reduce((sum, { content }) => sum + content.length, 0);
    }
  }
}
