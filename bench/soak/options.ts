import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

/** How long, how much, and how rough. */
export interface SoakOptions {
  readonly minutes: number;
  /** Executions asked for in a second. */
  readonly rate: number;
  readonly faultEverySeconds: number;
  /** The same seed, the same faults in the same order. */
  readonly seed: number;
}

/** @throws Error that names what does not fit */
export function readOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '15' },
      rate: { type: 'string', default: '20' },
      'fault-every': { type: 'string', default: '30' },
      seed: { type: 'string', default: String(randomInt(1_000_000)) },
    },
  });
  return {
    minutes: positive('minutes', values.minutes),
    rate: positive('rate', values.rate),
    faultEverySeconds: positive('fault-every', values['fault-every']),
    seed: positive('seed', values.seed),
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new Error(`--${name} ${text} does not fit; give a number above 0.`);
}

/** Numbers from 0 up to 1 that depend on the seed alone (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ value }) => value);
}
