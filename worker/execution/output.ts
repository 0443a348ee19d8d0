import type { Masker, MaskStream } from '#lib/domain/masking/index.ts';
import { config } from '#server/config.ts';
import {
  appendLog,
  type LogOwner,
  type LogStream,
  type NewLogChunk,
} from '#server/executions/log-repository.ts';
import { log } from '#server/log.ts';
import { Tail } from './tail.ts';
import { untilWritten } from './write-end.ts';

const FLUSH_MS = 100;
const CHUNK_BYTES_MAX = 64 * 1024;
/** More than this in memory makes the process wait until the database has it. */
const PENDING_BYTES_MAX = 1024 * 1024;

export interface OutputEnd {
  readonly stdout: Tail;
  readonly stderr: Tail;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  /** Bytes beyond the cap, which are not stored. */
  readonly truncatedBytes: number;
  readonly masked: Record<string, number>;
}

interface Channel {
  readonly name: 'stdout' | 'stderr';
  readonly mask: MaskStream;
  readonly tail: Tail;
  bytes: number;
}

/**
 * The output of one attempt on its way from the pipe to the database: masked first, then kept as bytes, up to the cap.
 * A cap that is reached is said in the log; the process goes on.
 */
export class Output {
  readonly #owner: LogOwner;
  readonly #shutdown: AbortSignal;
  readonly #channels: Record<'stdout' | 'stderr', Channel>;
  #pending: NewLogChunk[] = [];
  #pendingBytes = 0;
  #storedBytes = 0;
  #truncatedBytes = 0;
  #seq: number;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  #lost = false;

  /** @param shutdown aborted when the worker does not wait for the database any more */
  constructor(owner: LogOwner, lastSeq: number, masker: Masker, shutdown: AbortSignal) {
    this.#owner = owner;
    this.#shutdown = shutdown;
    this.#seq = lastSeq;
    const channel = (name: 'stdout' | 'stderr'): Channel => ({
      name,
      mask: masker.stream(),
      tail: new Tail(config().RESULT_BYTES_MAX),
      bytes: 0,
    });
    this.#channels = { stdout: channel('stdout'), stderr: channel('stderr') };
  }

  /** Takes what the process wrote. Resolves when there is room for more: until then the kernel makes it wait. */
  async write(stream: 'stdout' | 'stderr', chunk: Buffer): Promise<void> {
    const channel = this.#channels[stream];
    channel.bytes += chunk.length;
    this.#keep(channel, channel.mask.write(chunk));
    if (this.#pendingBytes > PENDING_BYTES_MAX) await this.flush();
  }

  /** A line of the platform's own, in the same log. */
  say(text: string): void {
    this.#append('system', Buffer.from(`${text}\n`));
  }

  /** The rest is let through and stored. */
  async finish(): Promise<OutputEnd> {
    for (const channel of Object.values(this.#channels)) this.#keep(channel, channel.mask.end());
    await this.flush();
    const { stdout, stderr } = this.#channels;
    const masked: Record<string, number> = {};
    for (const { mask } of [stdout, stderr]) {
      for (const [name, times] of mask.counts) masked[name] = (masked[name] ?? 0) + times;
    }
    return {
      stdout: stdout.tail,
      stderr: stderr.tail,
      stdoutBytes: stdout.bytes,
      stderrBytes: stderr.bytes,
      truncatedBytes: this.#truncatedBytes,
      masked,
    };
  }

  #keep(channel: Channel, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    channel.tail.push(bytes);
    const room = config().LOG_BYTES_MAX - this.#storedBytes;
    const kept = bytes.length <= room ? bytes : bytes.subarray(0, Math.max(room, 0));
    this.#storedBytes += kept.length;
    if (kept.length > 0) this.#append(channel.name, Buffer.from(kept));
    if (kept.length < bytes.length) {
      if (this.#truncatedBytes === 0) {
        this.say(
          `The log holds ${config().LOG_BYTES_MAX} bytes and is full. The run goes on; its further output is not kept.`,
        );
      }
      this.#truncatedBytes += bytes.length - kept.length;
    }
  }

  #append(stream: LogStream, content: Buffer): void {
    for (let from = 0; from < content.length; from += CHUNK_BYTES_MAX) {
      const last = this.#pending.at(-1);
      const piece = content.subarray(from, from + CHUNK_BYTES_MAX);
      if (
        last !== undefined &&
        last.stream === stream &&
        last.content.length + piece.length <= CHUNK_BYTES_MAX
      ) {
        this.#pending[this.#pending.length - 1] = {
          ...last,
          content: Buffer.concat([last.content, piece]),
        };
      } else {
        this.#seq += 1;
        this.#pending.push({ seq: this.#seq, stream, at: new Date(), content: piece });
      }
    }
    this.#pendingBytes += content.length;
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** Stores what has come so far. Never rejects: while the database is away it tries again. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#flushing !== undefined) await this.#flushing;
    if (this.#pending.length === 0) return;
    const chunks = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#flushing = this.#store(chunks).finally(() => {
      this.#flushing = undefined;
    });
    await this.#flushing;
  }

  async #store(chunks: readonly NewLogChunk[]): Promise<void> {
    if (this.#lost) return;
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
