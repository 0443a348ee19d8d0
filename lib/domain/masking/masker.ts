import { isJsonObject, type JsonValue, setOwn } from '../json.ts';
import { type Automaton, buildAutomaton } from './automaton.ts';
import { formsOf, numbersOf, RAW_CHARS_MIN } from './forms.ts';
import { AutomatonStream, type MaskLabel, type MaskStream, OpenStream } from './stream.ts';

export interface NamedSecret {
  readonly name: string;
  readonly value: string;
  /** Looked for as it is only, not in what encodings make of it. */
  readonly isPiece?: boolean;
}

/** Replaces every known secret by `[masked: <name>]`, before anything is stored or shown. */
export interface Masker {
  readonly stream: () => MaskStream;
  readonly text: (text: string) => string;
  /** Leaves and keys, so that JSON stays JSON. A number that is a secret becomes its mask. */
  readonly json: (value: JsonValue) => JsonValue;
  readonly bytes: (bytes: Uint8Array) => Uint8Array;
  /** Of the secrets that are long enough to be masked. */
  readonly names: readonly string[];
}

export const maskText = (name: string): string => `[masked: ${name}]`;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Finds the secrets raw, in base64, hex, URL encoding and JSON escapes; of several lines, each line;
 * of JSON, each leaf. Values under 4 characters are left alone, encoded forms begin at 8.
 */
export function createMasker(secrets: readonly NamedSecret[]): Masker {
  let masker = maskers.get(secrets);
  if (masker === undefined) {
    masker = makeMasker(secrets);
    maskers.set(secrets, masker);
  }
  return masker;
}

/** The same list gives the same masker: its matcher is built once for all that a run says. */
const maskers = new WeakMap<readonly NamedSecret[], Masker>();

function makeMasker(secrets: readonly NamedSecret[]): Masker {
  const known = secrets.filter(({ value }) => value.length >= RAW_CHARS_MIN && value.trim() !== '');
  const labels = known.map(({ name }): MaskLabel => ({
    name,
    mask: encoder.encode(maskText(name)),
  }));
  // Built when the first byte comes: many runs are silent, and a token alone makes 15 000 nodes.
  let automaton: Automaton | null = null;
  const stream = (): MaskStream => {
    if (known.length === 0) return new OpenStream();
    automaton ??= buildAutomaton(
      known.flatMap(({ value, isPiece }, owner) =>
        (isPiece === true ? [encoder.encode(value)] : formsOf(value)).map((bytes) => ({
          bytes,
          owner,
        })),
      ),
    );
    return new AutomatonStream(automaton, labels);
  };

  const bytes = (input: Uint8Array): Uint8Array => {
    const masking = stream();
    const head = masking.write(input);
    const tail = masking.end();
    if (tail.length === 0) return head;
    const all = new Uint8Array(head.length + tail.length);
    all.set(head);
    all.set(tail, head.length);
    return all;
  };

  const text = (input: string): string => {
    if (known.length === 0 || input.length < RAW_CHARS_MIN) return input;
    const masking = stream();
    const head = masking.write(encoder.encode(input));
    const tail = masking.end();
    // Text that cannot be encoded (half a surrogate pair) comes back as it was.
    if (masking.counts.size === 0) return input;
    return decoder.decode(head, { stream: true }) + decoder.decode(tail);
  };

  const numbers = new Map(
    known.flatMap(({ name, value, isPiece }) =>
      isPiece === true ? [] : numbersOf(value).map((number) => [number, name] as const),
    ),
  );
  const json = (value: JsonValue): JsonValue => {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'number') {
      const name = numbers.get(value);
      const masked = name === undefined ? text(String(value)) : maskText(name);
      return masked === String(value) ? value : masked;
    }
    if (Array.isArray(value)) return value.map(json);
    if (!isJsonObject(value)) return value;
    const copy: Record<string, JsonValue> = {};
    for (const [key, item] of Object.entries(value)) setOwn(copy, text(key), json(item));
    return copy;
  };

  const names = [...new Set(labels.map(({ name }) => name))];
  return { stream, text, json: known.length === 0 ? (value) => value : json, bytes, names };
}
