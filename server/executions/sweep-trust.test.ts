import { describe, expect, test } from 'vitest';
import { SweepTrust } from './sweep-trust.ts';

const LEASE_MS = 15_000;

/** A sweeper that has swept at these seconds. @returns whether it trusted itself each time */
function sweepAt(...seconds: readonly number[]): boolean[] {
  const trust = new SweepTrust();
  return seconds.map((second) => {
    const isTrusted = trust.begin(second * 1_000, LEASE_MS);
    trust.end(second * 1_000);
    return isTrusted;
  });
}

describe('a sweep', () => {
  test('takes from others at once when it is new, and as long as it comes regularly', () => {
    expect(sweepAt(100, 102, 110, 118)).toEqual([true, true, true, true]);
  });

  test('that was away itself takes nothing from anybody for the length of a lease', () => {
    expect(sweepAt(100, 109, 111, 119, 123.9, 124)).toEqual([
      true,
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  test('that failed, and was away again, waits anew', () => {
    expect(sweepAt(100, 110, 118, 127, 134, 141.9, 142)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  test('that takes long was not away', () => {
    const trust = new SweepTrust();
    trust.begin(100_000, LEASE_MS);
    trust.end(130_000);
    expect(trust.begin(132_000, LEASE_MS)).toBe(true);
  });

  test('that never came to its end was', () => {
    const trust = new SweepTrust();
    trust.begin(100_000, LEASE_MS);
    expect(trust.begin(132_000, LEASE_MS)).toBe(false);
  });
});
