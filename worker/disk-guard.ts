import { formatBytes } from '#lib/format.ts';
import { freeBytes, lowDiskSentence, type Statfs } from '#server/health/disk.ts';
import { log } from '#server/log.ts';

const LOOK_MS = 5_000;
/** Enough again is a tenth more than enough, so that a disk at the edge does not switch us on and off. */
const RELIEF = 1.1;

interface Watch {
  /** The data directory: packs, runs, and the embedded Postgres when there is one. */
  readonly directory: string;
  /** 0 = any disk is good enough. */
  readonly minBytes: number;
  readonly statfs?: Statfs;
  readonly lookMs?: number;
}

/** Knows whether the disk has room for new runs; looks every 5 s. A disk that cannot be asked stays as it was. */
export class DiskGuard implements Disposable {
  readonly #watch: Watch;
  readonly #listeners = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;
  #freeBytes: number | null = null;
  #isLow = false;

  private constructor(watch: Watch) {
    this.#watch = watch;
    this.#timer = setInterval(() => void this.#look(), watch.lookMs ?? LOOK_MS);
    this.#timer.unref();
  }

  /** Resolves after the first look. */
  static async start(watch: Watch): Promise<DiskGuard> {
    const guard = new DiskGuard(watch);
    await guard.#look();
    return guard;
  }

  isLow(): boolean {
    return this.#isLow;
  }

  /** As of the last look; null when nobody could tell. */
  get freeBytes(): number | null {
    return this.#freeBytes;
  }

  /** Why nothing new is started, as a sentence; null while there is room. */
  get reason(): string | null {
    return this.#isLow
      ? lowDiskSentence(formatBytes(this.#freeBytes ?? 0), formatBytes(this.#watch.minBytes))
      : null;
  }

  /** Calls `listener` whenever the disk became low, or has room again. @returns how to stop */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #look(): Promise<void> {
    const { directory, minBytes, statfs } = this.#watch;
    const free = await freeBytes(directory, statfs);
    if (free === null) return;
    this.#freeBytes = free;
    const isLow = free < (this.#isLow ? minBytes * RELIEF : minBytes);
    if (isLow === this.#isLow) return;
    this.#isLow = isLow;
    const facts = { freeBytes: free, minBytes, directory };
    if (isLow)
      log.warn(facts, 'the disk is nearly full: nothing new is started until there is room');
    else log.info(facts, 'the disk has room again: new runs are started');
    for (const listener of this.#listeners) listener();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }
}
