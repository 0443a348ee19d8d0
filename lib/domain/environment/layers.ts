import { refusalOfName } from '../environment-names.ts';
import { createMasker, type Masker, maskText, type NamedSecret } from '../masking/index.ts';

/** Where a variable came from; later ones win over earlier ones, and `standard` over all. */
export type EnvironmentOrigin =
  | 'standard'
  | 'baseline'
  | 'operator'
  | 'runtime'
  | 'action'
  | 'request';

/** One line of the snapshot that is kept of what a process really got. */
export interface EnvironmentVariable {
  name: string;
  /** Secrets and the token replaced by their mask. */
  value: string;
  origin: EnvironmentOrigin;
  state: 'plain' | 'masked';
  /** The secret's name; null when nothing was masked. */
  masked_by: string | null;
  /** What it replaced, oldest first. */
  overrides: { value: string; origin: EnvironmentOrigin }[];
}

/** A name that somebody set and the process did not get. */
export interface RefusedName {
  readonly name: string;
  /** Who set it. */
  readonly origin: EnvironmentOrigin;
  /** By which rule, as a sentence. */
  readonly reason: string;
}

export interface BuiltEnvironment {
  /** For the process and nobody else: the values are real. */
  readonly variables: Record<string, string>;
  /** For the record. */
  readonly snapshot: EnvironmentVariable[];
  readonly refused: readonly RefusedName[];
}

export interface RuntimeVariable {
  readonly name: string;
  readonly value: string;
  readonly operation: 'set' | 'prepend' | 'append';
}

interface Entry {
  value: string;
  origin: EnvironmentOrigin;
  overrides: { value: string; origin: EnvironmentOrigin }[];
}

export const TOKEN_VARIABLE = 'ATTUNE_API_TOKEN';

/** Collects variables layer by layer and remembers what each one replaced. */
export class Layers {
  readonly #entries = new Map<string, Entry>();
  readonly #refused: RefusedName[] = [];

  /** Undefined and null do not apply, and are left unset rather than empty. */
  set(origin: EnvironmentOrigin, vars: Readonly<Record<string, string | null | undefined>>): void {
    for (const [name, value] of Object.entries(vars)) {
      if (value === undefined || value === null) continue;
      if (origin !== 'standard' && isReserved(name)) this.#refuse(name, origin);
      else this.#put(name, value, origin);
    }
  }

  /** Only names that anybody may set; the door has refused others already, but an older row may still hold them. */
  setAllowed(
    origin: 'action' | 'request',
    vars: Readonly<Record<string, string | null | undefined>>,
  ): void {
    for (const [name, value] of Object.entries(vars)) {
      if (refusalOfName(name) === null) this.set(origin, { [name]: value });
      else this.#refuse(name, origin);
    }
  }

  #refuse(name: string, origin: EnvironmentOrigin): void {
    const reason = refusalOfName(name) ?? `\`${name}\` cannot be set: the name is refused.`;
    this.#refused.push({ name, origin, reason });
  }

  runtime(vars: readonly RuntimeVariable[]): void {
    for (const { name, value, operation } of vars) {
      if (isReserved(name)) {
        this.#refuse(name, 'runtime');
        continue;
      }
      const before = this.#entries.get(name)?.value;
      if (operation === 'set' || before === undefined || before === '') {
        this.#put(name, value, 'runtime');
      } else {
        const joined = operation === 'prepend' ? `${value}:${before}` : `${before}:${value}`;
        this.#put(name, joined, 'runtime');
      }
    }
  }

  #put(name: string, value: string, origin: EnvironmentOrigin): void {
    const before = this.#entries.get(name);
    const overrides = before
      ? [...before.overrides, { value: before.value, origin: before.origin }]
      : [];
    this.#entries.set(name, { value, origin, overrides });
  }

  build(token: NamedSecret, secrets: readonly NamedSecret[]): BuiltEnvironment {
    const masker = maskerOf(token, secrets);
    const sorted = [...this.#entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const snapshot = sorted.map(([name, entry]): EnvironmentVariable => {
      const masked = name === TOKEN_VARIABLE ? maskText(token.name) : masker.text(entry.value);
      return {
        name,
        value: masked,
        origin: entry.origin,
        state: masked === entry.value ? 'plain' : 'masked',
        masked_by: masked === entry.value ? null : maskedBy(masked, masker.names),
        overrides: entry.overrides.map(({ value, origin }) => ({
          value: masker.text(value),
          origin,
        })),
      };
    });
    return {
      variables: Object.fromEntries(sorted.map(([name, { value }]) => [name, value])),
      snapshot,
      refused: this.#refused,
    };
  }
}

/** The prefix belongs to the standard layer, whatever an operator or a runtime passes on. */
const isReserved = (name: string): boolean => name.toUpperCase().startsWith('ATTUNE_');

const maskedBy = (masked: string, names: readonly string[]): string | null =>
  names.find((name) => masked.includes(maskText(name))) ?? null;

/** Most callers mask the token everywhere, with all its pieces; building the matcher is the dearest part of a start. */
const maskerOf = (token: NamedSecret, secrets: readonly NamedSecret[]): Masker =>
  createMasker(secrets.some(({ value }) => value === token.value) ? secrets : [token, ...secrets]);
