import { describe, expect, test } from 'vitest';
import { panned, selected, shareOf, zoomed } from './timeline-view.ts';

const whole = { fromMs: 1_000, toMs: 11_000 };

describe('the view of an axis', () => {
  test('comes nearer and goes away again around one moment, which stays where it is', () => {
    const near = zoomed(whole, whole, 4, 3_500);
    expect(near).toEqual({ fromMs: 2_875, toMs: 5_375 });
    expect(shareOf(near, 3_500)).toBe(shareOf(whole, 3_500));
    expect(zoomed(near, whole, 1 / 4, 3_500)).toEqual(whole);
  });

  test('never shows more than there is, and never less than can be told apart', () => {
    expect(zoomed(whole, whole, 1 / 2, 6_000)).toEqual(whole);
    expect(zoomed(whole, whole, 1e9, 6_000)).toEqual({ fromMs: 5_997.5, toMs: 6_002.5 });
    expect(zoomed({ fromMs: 1, toMs: 2 }, { fromMs: 1, toMs: 2 }, 2, 1)).toEqual({
      fromMs: 1,
      toMs: 2,
    });
  });

  test('moves along as far as the whole goes', () => {
    const near = { fromMs: 2_000, toMs: 4_000 };
    expect(panned(near, whole, 0.5)).toEqual({ fromMs: 3_000, toMs: 5_000 });
    expect(panned(near, whole, -9)).toEqual({ fromMs: 1_000, toMs: 3_000 });
    expect(panned(near, whole, 99)).toEqual({ fromMs: 9_000, toMs: 11_000 });
  });

  test('is what was drawn over, in either direction', () => {
    expect(selected(5_000, 2_000, whole)).toEqual({ fromMs: 2_000, toMs: 5_000 });
    expect(selected(2_000, 2_000, whole)).toEqual({ fromMs: 2_000, toMs: 2_005 });
  });
});
