import { describe, expect, test } from 'vitest';
import { fitOf, newerError, olderError } from './fit.ts';

const ours = ['2026_a', '2026_b'];

describe('fitOf', () => {
  test('a database with exactly our migrations fits', () => {
    expect(fitOf(ours, ['2026_b', '2026_a'])).toEqual({ kind: 'fits' });
  });

  test('a database that lacks one is older, an empty one too', () => {
    expect(fitOf(ours, ['2026_a'])).toEqual({ kind: 'older', missing: ['2026_b'] });
    expect(fitOf(ours, [])).toEqual({ kind: 'older', missing: ours });
  });

  test('a migration that we do not know makes it newer, even if one of ours is missing', () => {
    expect(fitOf(ours, ['2026_a', '2027_x'])).toEqual({ kind: 'newer', unknown: ['2027_x'] });
  });
});

test('both refusals name both versions and a command', () => {
  expect(olderError(ours, ['2026_a']).message).toMatch(/2026_a.*2026_b.*attune db migrate/);
  expect(newerError(ours, ['2027_x']).message).toMatch(/2027_x.*2026_b.*npm start/);
});
