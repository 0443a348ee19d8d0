/** A source of chance that a seed makes again. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  /** From 0 up to `limit`, whole. */
  below(limit: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
}

/** `ATTUNE_TEST_SEED`, or another one each time. */
export const SEED = Number(process.env['ATTUNE_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** mulberry32: small, and good enough to choose with. */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { next, below, pick: (items) => items[below(items.length)] ?? items[0] };
}
