import { log } from '#server/log.ts';
import {
  appendSensorLog,
  type SensorLogPart,
  type SensorLogStream,
  trimSensorLog,
} from '#server/sensors/process-log.ts';
import type { SensorLease } from '#server/sensors/process-repository.ts';

const FLUSH_MS = 250;
const PART_BYTES_MAX = 64 * 1024;
/** With more than this waiting, the sensor waits as well. */
const WAITING_BYTES_MAX = 1024 * 1024;
const KEPT_BYTES_MAX = 10 * 1024 * 1024;
const TRIM_EACH_BYTES = 1024 * 1024;
const LAST_TRIES_MAX = 3;

/** Keeps the last 10 MB of what a sensor wrote, four times a second. */
export class LogWriter {
  readonly #lease: SensorLease;
  #parts: SensorLogPart[] = [];
  #waitingBytes = 0;
  #untrimmedBytes = TRIM_EACH_BYTES;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<boolean> | undefined;

  constructor(lease: SensorLease) {
    this.#lease = lease;
  }

  /** A line of the platform's own. */
  say(text: string): void {
    this.#add('system', Buffer.from(`${text}\n`));
  }

  /** Resolves when there is room for more. */
  async write(stream: SensorLogStream, bytes: Uint8Array): Promise<void> {
    this.#add(stream, bytes);
    while (this.#waitingBytes > WAITING_BYTES_MAX) {
      if (!(await this.#flush())) await new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
    }
  }

  /** Writes the rest; what the database does not take in a few tries is lost. */
  async close(): Promise<void> {
    await this.#flushing;
    for (let tries = 0; tries < LAST_TRIES_MAX && this.#parts.length > 0; tries++)
      await this.#flush();
    clearTimeout(this.#timer);
  }

  #add(stream: SensorLogStream, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += PART_BYTES_MAX) {
      const content = bytes.slice(at, at + PART_BYTES_MAX);
      const last = this.#parts.at(-1);
      if (last?.stream === stream && last.content.length + content.length <= PART_BYTES_MAX) {
        this.#parts[this.#parts.length - 1] = {
          stream,
          content: Buffer.concat([last.content, content]),
        };
      } else {
        this.#parts.push({ stream, content });
      }
      this.#waitingBytes += content.length;
    }
    if (this.#parts.length > 0) this.#timer ??= setTimeout(() => void this.#flush(), FLUSH_MS);
  }

  async #flush(): Promise<boolean> {
    // A flush that is under way does not hold what was added since: another one follows.
    if (this.#flushing !== undefined) return this.#flushing;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing = this.#store();
    try {
      return await this.#flushing;
    } finally {
      this.#flushing = undefined;
    }
  }

  async #store(): Promise<boolean> {
    const parts = this.#parts;
    if (parts.length === 0) return true;
    const bytes = parts.reduce((sum, { content }) => sum + content.length, 0);
    this.#parts = [];
    try {
      await appendSensorLog(this.#lease, parts);
      this.#waitingBytes -= bytes;
      await this.#trim(bytes);
      return true;
    } catch (error) {
      log.warn(
        { err: error, sensorId: this.#lease.sensorId },
        'the output of a sensor could not be stored yet',
      );
      this.#parts = [...parts, ...this.#parts];
      this.#timer ??= setTimeout(() => void this.#flush(), FLUSH_MS * 4);
      return false;
    }
  }

  async #trim(bytes: number): Promise<void> {
    this.#untrimmedBytes += bytes;
    if (this.#untrimmedBytes < TRIM_EACH_BYTES) return;
    this.#untrimmedBytes = 0;
    await trimSensorLog(this.#lease.sensorId, KEPT_BYTES_MAX).catch((error: unknown) =>
      log.warn(
        { err: error, sensorId: this.#lease.sensorId },
        'the log of a sensor could not be trimmed',
      ),
    );
  }
}
