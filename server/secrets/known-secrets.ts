import { createMasker, type Masker, type NamedSecret } from '#lib/domain/masking/index.ts';
import { sql } from '#server/db/sql.ts';
import { type Holder, listDisclosed } from './disclosures.ts';

/**
 * All secrets that a process can know: those it began with, and those that it has been told since.
 *
 * Whoever asks `refresh` after the process said something, and masks it only then, misses none: what a process knows
 * was committed before it was told.
 */
export class KnownSecrets {
  readonly #holder: Holder;
  #secrets: readonly NamedSecret[];
  readonly #disclosures = new Set<number>();

  constructor(holder: Holder, secrets: readonly NamedSecret[]) {
    this.#holder = holder;
    this.#secrets = secrets;
  }

  /** The same until something new is known. */
  get masker(): Masker {
    return createMasker(this.#secrets);
  }

  /** Asks for what the process has been told since. */
  async refresh(): Promise<Masker> {
    const fresh = await listDisclosed(sql, this.#holder, [...this.#disclosures]);
    for (const { id } of fresh) this.#disclosures.add(id);
    this.add(fresh.flatMap(({ secrets }) => secrets));
    return this.masker;
  }

  add(secrets: readonly NamedSecret[]): void {
    const values = new Set(this.#secrets.map(({ value }) => value));
    const fresh = secrets.filter(({ value }) => !values.has(value));
    if (fresh.length > 0) this.#secrets = [...this.#secrets, ...fresh];
  }
}
