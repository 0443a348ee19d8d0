import { isJsonObject, type JsonObject } from '#lib/domain/json.ts';
import { sanitizeText } from '#lib/domain/json-safety.ts';
import {
  createMasker,
  type Masker,
  type MaskStream,
  type NamedSecret,
} from '#lib/domain/masking/index.ts';
import { LineSplitter, type Piece } from './line-splitter.ts';
import type { LogWriter } from './log-writer.ts';

/** As large as a body that the API takes. */
const EVENT_BYTES_MAX = 1024 * 1024;
const LAST_LINE_CHARS_MAX = 500;

/**
 * What a sensor prints: JSON objects with a trigger become events, everything else becomes its log. Nothing leaves
 * here unmasked. While an event is being stored the sensor waits, so events keep their order.
 */
export class SensorOutput {
  readonly #log: LogWriter;
  readonly #emit: (value: JsonObject) => Promise<string | null>;
  readonly #splitter = new LineSplitter(EVENT_BYTES_MAX);
  #masker: Masker;
  #streams: Record<'stdout' | 'stderr', MaskStream>;
  #lastLine = '';
  #unfinishedLine = '';

  constructor(
    logWriter: LogWriter,
    secrets: readonly NamedSecret[],
    emit: (value: JsonObject) => Promise<string | null>,
  ) {
    this.#log = logWriter;
    this.#emit = emit;
    this.#masker = createMasker(secrets);
    this.#streams = { stdout: this.#masker.stream(), stderr: this.#masker.stream() };
  }

  /** The last line on stderr, masked; empty when there was none. */
  get lastErrorLine(): string {
    return this.#unfinishedLine.trim() === '' ? this.#lastLine : this.#unfinishedLine;
  }

  async write(stream: 'stdout' | 'stderr', chunk: Buffer): Promise<void> {
    if (stream === 'stderr') return this.#keep('stderr', chunk);
    for (const piece of this.#splitter.split(chunk)) await this.#take(piece);
  }

  /** From now on these are masked as well: a rotated token. */
  async protect(secrets: readonly NamedSecret[]): Promise<void> {
    await this.#letGo();
    this.#masker = createMasker(secrets);
    this.#streams = { stdout: this.#masker.stream(), stderr: this.#masker.stream() };
  }

  /** The process is gone. */
  async end(): Promise<void> {
    for (const piece of this.#splitter.rest()) await this.#take(piece);
    await this.#letGo();
  }

  async #take(piece: Piece): Promise<void> {
    if (piece.kind === 'text') return this.#keep('stdout', piece.bytes);
    const value = parseEvent(piece.line);
    if (value === null) return this.#keep('stdout', Buffer.concat([piece.line, piece.end]));
    const masked = this.#masker.json(value);
    const problem = await this.#emit(isJsonObject(masked) ? masked : value);
    if (problem !== null) this.#log.say(problem);
  }

  async #keep(stream: 'stdout' | 'stderr', bytes: Buffer): Promise<void> {
    const masked = this.#streams[stream].write(bytes);
    if (stream === 'stderr') this.#remember(masked);
    if (masked.length > 0) await this.#log.write(stream, masked);
  }

  async #letGo(): Promise<void> {
    for (const stream of ['stdout', 'stderr'] as const) {
      const rest = this.#streams[stream].end();
      if (stream === 'stderr') this.#remember(rest);
      if (rest.length > 0) await this.#log.write(stream, rest);
    }
  }

  #remember(bytes: Uint8Array): void {
    const text = this.#unfinishedLine + sanitizeText(Buffer.from(bytes).toString('utf8')).value;
    const lines = text.split('\n');
    this.#unfinishedLine = (lines.pop() ?? '').slice(0, LAST_LINE_CHARS_MAX);
    this.#lastLine =
      lines.findLast((line) => line.trim() !== '')?.slice(0, LAST_LINE_CHARS_MAX) ?? this.#lastLine;
  }
}

function parseEvent(line: Buffer): JsonObject | null {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    if (!isJsonObject(value)) return null;
    return typeof value['trigger_ref'] === 'string' || typeof value['trigger_type'] === 'string'
      ? value
      : null;
  } catch {
    return null;
  }
}
