import { type Automaton, HASH_FACTOR, step, WINDOW_BYTES } from './automaton.ts';

/** Masks bytes that arrive in chunks of any size; the output does not depend on where they were cut. */
export interface MaskStream {
  /** What can be let through so far; bytes that may begin a secret are held back. */
  write(chunk: Uint8Array): Uint8Array;
  /** The rest. Nothing may be written afterwards. */
  end(): Uint8Array;
  /**
   * What is held back, as it came but for the secrets that are certain: for a stream that knows more. Nothing may be
   * written afterwards.
   */
  release(): Uint8Array;
  /** Masked places by name of the secret. */
  readonly counts: ReadonlyMap<string, number>;
}

export interface MaskLabel {
  readonly name: string;
  readonly mask: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** For a masker without any pattern. */
export class OpenStream implements MaskStream {
  readonly counts: ReadonlyMap<string, number> = new Map();
  write(chunk: Uint8Array): Uint8Array {
    return chunk;
  }
  end(): Uint8Array {
    return NOTHING;
  }
  release(): Uint8Array {
    return NOTHING;
  }
}

/** Bytes that are masked as one: a match, or several that overlap. */
interface Place {
  start: number;
  end: number;
  /** Length and owner of its longest match, which gives it its name. */
  length: number;
  owner: number;
}

/**
 * Overlapping matches are one place, so a place is let go only when no later match can reach into it:
 * once every pattern that might be under way begins behind it. Positions count from the start of the
 * current input, which is what was held back and the new chunk.
 */
export class AutomatonStream implements MaskStream {
  readonly counts = new Map<string, number>();
  readonly #automaton: Automaton;
  readonly #labels: readonly MaskLabel[];
  /** Read, and not yet let through. */
  #held: Uint8Array = NOTHING;
  #node = 0;
  /** In order, apart from each other. The first may begin before the input: those bytes are gone. */
  #places: Place[] = [];

  constructor(automaton: Automaton, labels: readonly MaskLabel[]) {
    this.#automaton = automaton;
    this.#labels = labels;
  }

  write(chunk: Uint8Array): Uint8Array {
    if (chunk.length === 0) return NOTHING;
    const input = this.#held.length === 0 ? chunk : concat([this.#held, chunk]);
    this.#scan(input, this.#held.length);
    return this.#letGo(input, input.length - (this.#automaton.depth[this.#node] ?? 0));
  }

  end(): Uint8Array {
    this.#node = 0;
    return this.#letGo(this.#held, this.#held.length);
  }

  release(): Uint8Array {
    const certain = this.#places.at(-1)?.end ?? 0;
    const rest = this.#held.subarray(certain);
    const passed = this.#letGo(this.#held.subarray(0, certain), certain);
    this.#held = NOTHING;
    this.#node = 0;
    return concat([passed, rest]);
  }

  /**
   * The hot loop. In the root it looks at four bytes and their hash, and moves on where no pattern
   * begins with them; the automaton walks the rest, and is left as soon as it lost its way.
   */
  #scan(input: Uint8Array, from: number): void {
    const automaton = this.#automaton;
    const { mayBegin, hashShift, matchLength, depth } = automaton;
    const last = input.length - WINDOW_BYTES;
    let at = from;
    let node = this.#node;
    while (at < input.length) {
      if (node === 0 && at <= last) {
        let window = ((input[at] ?? 0) << 16) | ((input[at + 1] ?? 0) << 8) | (input[at + 2] ?? 0);
        for (; at <= last; at++) {
          window = (window << 8) | (input[at + 3] ?? 0);
          if (mayBegin[Math.imul(window, HASH_FACTOR) >>> hashShift] !== 0) break;
        }
        if (at > last) continue;
      }
      const depthBefore = depth[node] ?? 0;
      node = step(automaton, node, input[at] ?? 0);
      at++;
      if (matchLength[node] !== 0) this.#mark(at, node);
      const depthNow = depth[node] ?? 0;
      // Fallen back to less than a window: whether a pattern begins there, the hash tells faster.
      if (depthNow <= depthBefore && depthNow < WINDOW_BYTES && at - depthNow <= last) {
        at -= depthNow;
        node = 0;
      }
    }
    this.#node = node;
  }

  #mark(end: number, node: number): void {
    const length = this.#automaton.matchLength[node] ?? 0;
    const owner = this.#automaton.matchOwner[node] ?? 0;
    const place: Place = { start: end - length, end, length, owner };
    for (;;) {
      const before = this.#places.at(-1);
      if (before === undefined || before.end <= place.start) break;
      place.start = Math.min(place.start, before.start);
      if (before.length >= place.length) {
        place.length = before.length;
        place.owner = before.owner;
      }
      this.#places.pop();
    }
    this.#places.push(place);
  }

  /** Lets through what stands before `safe`, where the first pattern that may be under way begins. */
  #letGo(input: Uint8Array, safe: number): Uint8Array {
    const out: Uint8Array[] = [];
    let at = 0;
    const passTo = (to: number): void => {
      if (to > at) out.push(input.subarray(at, to));
      at = Math.max(at, to);
    };
    let closed = 0;
    for (const place of this.#places) {
      if (place.end > safe) break;
      passTo(place.start);
      out.push(this.#maskOf(place));
      at = place.end;
      closed++;
    }
    if (closed > 0) this.#places.splice(0, closed);
    const open = this.#places[0];
    if (open) {
      passTo(Math.min(open.start, safe));
      at = Math.max(at, safe); // what of the open place is behind us will never be shown
    } else {
      passTo(safe);
    }
    for (const place of this.#places) {
      place.start -= at;
      place.end -= at;
    }
    // A copy: the caller may use its chunk's memory again. (`slice` of a Buffer is a view.)
    this.#held = at === input.length ? NOTHING : new Uint8Array(input.subarray(at));
    return out.length === 1 ? (out[0] ?? NOTHING) : concat(out);
  }

  #maskOf({ owner }: Place): Uint8Array {
    const label = this.#labels[owner];
    if (label === undefined) return NOTHING;
    this.counts.set(label.name, (this.counts.get(label.name) ?? 0) + 1);
    return label.mask;
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
