import { isJsonObject, type JsonObject } from '#lib/domain/json.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { findUnstorable, sanitizeText } from '#lib/domain/json-safety.ts';
import type { Masker, MaskStream, NamedSecret } from '#lib/domain/masking/index.ts';
import { log } from '#server/log.ts';
import type { KnownSecrets } from '#server/secrets/known-secrets.ts';
import { LineSplitter, type Piece } from './line-splitter.ts';
import type { LogWriter } from './log-writer.ts';

/** As large as a body that the API takes. */
const EVENT_BYTES_MAX = 1024 * 1024;
const LAST_LINE_CHARS_MAX = 500;
/** How long the sensor waits for a database that does not say what it was told. */
const LEARN_TRIES_MAX = 30;
const LEARN_RETRY_MS = 1_000;

/**
 * What a sensor prints: JSON objects with a trigger become events, everything else becomes its log. Nothing leaves
 * here unmasked. While an event is being stored the sensor waits, so events keep their order.
 */
export class SensorOutput {
  readonly #log: LogWriter;
  readonly #emit: (value: JsonObject) => Promise<string | null>;
  readonly #splitter = new LineSplitter(EVENT_BYTES_MAX);
  readonly #known: KnownSecrets;
  #masker: Masker;
  #streams: Record<'stdout' | 'stderr', MaskStream>;
  #lastLine = '';
  #unfinishedLine = '';

  constructor(
    logWriter: LogWriter,
    known: KnownSecrets,
    emit: (value: JsonObject) => Promise<string | null>,
  ) {
    this.#log = logWriter;
    this.#emit = emit;
    this.#known = known;
    this.#masker = known.masker;
    this.#streams = { stdout: this.#masker.stream(), stderr: this.#masker.stream() };
  }

  /** The last line on stderr, masked; empty when there was none. */
  get lastErrorLine(): string {
    return this.#unfinishedLine.trim() === '' ? this.#lastLine : this.#unfinishedLine;
  }

  async write(stream: 'stdout' | 'stderr', chunk: Buffer): Promise<void> {
    // After the sensor has said it: what it repeats it was told before.
    if (!(await this.#learn())) return;
    if (stream === 'stderr') return this.#keep('stderr', chunk);
    for (const piece of this.#splitter.split(chunk)) await this.#take(piece);
  }

  /** From now on these are masked as well: a rotated token. */
  async protect(secrets: readonly NamedSecret[]): Promise<void> {
    this.#known.add(secrets);
    await this.#maskBy(this.#known.masker);
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
    // Before anything walks into it: what is nested without end ends whoever does.
    const unstorable = findUnstorable(value);
    if (unstorable !== null) {
      const path = this.#masker.text(unstorable.path);
      return this.#log.say(`The event was refused: '${path}' ${unstorable.reason}.`);
    }
    const masked = this.#masker.json(value);
    const problem = await this.#emit(isJsonObject(masked) ? masked : {});
    if (problem !== null) this.#log.say(problem);
  }

  /** Asks what the sensor was told meanwhile; false: nobody knows, and what it said is not kept. */
  async #learn(): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#maskBy(await this.#known.refresh());
        return true;
      } catch (error) {
        log.warn({ err: error }, 'what a sensor was told could not be read');
        if (tries >= LEARN_TRIES_MAX) {
          this.#log.say('Output of the sensor is lost: it could not be masked.');
          return false;
        }
        await delay(LEARN_RETRY_MS);
      }
    }
  }

  async #maskBy(masker: Masker): Promise<void> {
    if (masker === this.#masker) return;
    const [stdout, stderr] = [this.#streams.stdout, this.#streams.stderr];
    this.#masker = masker;
    this.#streams = { stdout: masker.stream(), stderr: masker.stream() };
    await this.#keep('stdout', Buffer.from(stdout.release()));
    await this.#keep('stderr', Buffer.from(stderr.release()));
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
